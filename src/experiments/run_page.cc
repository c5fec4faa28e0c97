#include "experiments/run_page.h"

#include <algorithm>

#include "experiments/compare.h"
#include "experiments/run_plots.h"
#include "experiments/run_table.h"
#include "report/number.h"

namespace propius {
namespace {

constexpr std::size_t kMostRows = 120;  // of the table of runs; jobs.csv has everything

std::string Lead(const Simulation& simulation) {
  const std::vector<FinishedRun>& runs = simulation.runs;
  std::uint64_t checkins = 0;
  std::uint64_t ineligible = 0;
  std::uint32_t unfinished = 0;
  for (const FinishedRun& run : runs) {
    checkins += run.record.checkins;
    ineligible += run.record.ineligible_offers;
    unfinished += Unfinished(run.record);
  }
  std::string text = ShowCount(static_cast<std::int64_t>(runs.size())) + " runs, " +
                     std::to_string(Policies(runs).size()) + " policies, " +
                     ShowCount(static_cast<std::int64_t>(checkins)) + " check-ins. ";
  text += unfinished == 0 ? "Every job finished. " : ShowCount(unfinished) + " jobs did not finish. ";
  text += ineligible == 0
              ? "No device was offered to a job that it is not eligible for."
              : ShowCount(static_cast<std::int64_t>(ineligible)) + " offers went to devices that were not eligible.";
  if (simulation.findings && simulation.findings->quick) {
    text += " This is the quick form: a small scale, to see the shape of the result and not its figures.";
  }
  return text;
}

}  // namespace

Page SimulationPage(const Simulation& simulation) {
  Page page;
  page.title = simulation.findings ? "Propius experiment: " + simulation.findings->experiment : "Propius simulation";
  page.lead = Lead(simulation);
  if (simulation.findings) {
    if (!simulation.findings->claims.empty()) page.blocks.emplace_back(ClaimTable(*simulation.findings));
    for (const Table& table : simulation.findings->tables) page.blocks.emplace_back(table);
    for (const std::string& remark : simulation.findings->remarks) page.blocks.emplace_back(Paragraph{remark});
  }
  for (Figure& figure : RunFigures(simulation.runs)) page.blocks.emplace_back(std::move(figure));
  if (!simulation.runs.empty()) {
    Table runs = RunTable(simulation.runs);
    runs.rows.resize(std::min(runs.rows.size(), kMostRows));
    page.blocks.emplace_back(std::move(runs));
  }
  page.footer = "propius simulate " + simulation.version +
                ". The figures are in summary.json, every job's times in jobs.csv and events.jsonl.";
  return page;
}

}  // namespace propius
