#include "apps/demo_table.h"

#include "report/terminal.h"

namespace propius {

std::string DemoTable(const DemoResults& results) {
  std::vector<std::vector<std::string>> rows;
  bool balance = true;
  for (const DemoJob& job : results.jobs) {
    const JobTotals totals = TotalsOf(job.report);
    balance = balance && totals.ledgers_balance;
    const std::string length = job.file.spec.sync ? std::to_string(totals.contributions) + " commits"
                                                  : std::to_string(job.report.rounds.size());
    rows.push_back({job.file.spec.name, job.tenant, length, ShowPercent(job.report.final.accuracy),
                    ShowDuration(job.report.completion), ShowDuration(totals.scheduling),
                    ShowDuration(totals.collection), std::to_string(DevicesOf(results, job.report.job_id))});
  }
  std::string text = RenderTable({{.title = "job"},
                                  {.title = "tenant"},
                                  {.title = "rounds", .number = true},
                                  {.title = "test accuracy", .number = true},
                                  {.title = "completion", .number = true},
                                  {.title = "waiting", .number = true},
                                  {.title = "collecting", .number = true},
                                  {.title = "devices", .number = true}},
                                 rows);
  const FleetFigures figures = FiguresOf(results);
  text += "\nFleet: " + std::to_string(figures.used) + " of " + std::to_string(results.fleet.size()) +
          " phones took part; utilisation " + ShowPercent(figures.utilization) + " (" +
          ShowPercent(figures.utilization_of_used) + " of those that did). " +
          (balance ? "Every round's ledger balances.\n" : "NOT every round's ledger balances.\n");
  return text;
}

}  // namespace propius
