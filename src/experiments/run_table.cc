#include "experiments/run_table.h"

#include <algorithm>
#include <functional>
#include <set>

#include "experiments/compare.h"
#include "report/terminal.h"

namespace propius {
namespace {

// Which runs stand in one row.
struct RowKey {
  RunFilter filter;
  std::uint32_t devices = 0;
  std::vector<FinishedRun> runs;
};

std::vector<RowKey> RowsOf(const std::vector<FinishedRun>& runs) {
  std::vector<RowKey> rows;
  for (const FinishedRun& run : runs) {
    const RunAsked& asked = run.asked;
    const std::uint32_t devices = asked.population > 0 ? asked.population : asked.devices.devices;
    const auto same = std::ranges::find_if(rows, [&](const RowKey& row) {
      return row.filter.policy == asked.policy && row.filter.workload == asked.workload &&
             row.filter.variant == asked.variant && row.devices == devices;
    });
    RowKey& row = same == rows.end() ? rows.emplace_back() : *same;
    row.filter = {.policy = asked.policy, .workload = asked.workload, .variant = asked.variant};
    row.devices = devices;
    row.runs.push_back(run);
  }
  return rows;
}

bool AnyDiffers(const std::vector<RowKey>& rows, const std::function<std::string(const RowKey&)>& field) {
  return std::ranges::any_of(rows, [&](const RowKey& row) { return field(row) != field(rows.front()); });
}

std::string Mean(const RowKey& row, const std::function<double(const RunRecord&)>& figure,
                 const std::function<std::string(double)>& show) {
  return show(Over(row.runs, {}, figure)->mean);
}

std::string ShowSeconds(double seconds) { return ShowCount(static_cast<std::int64_t>(seconds + 0.5)); }

}  // namespace

Table RunTable(const std::vector<FinishedRun>& runs) {
  const std::vector<RowKey> rows = RowsOf(runs);
  const auto workload = [](const RowKey& row) { return row.filter.workload; };
  const auto variant = [](const RowKey& row) { return row.filter.variant; };
  const auto devices = [](const RowKey& row) { return std::to_string(row.devices); };
  const bool has_variants = AnyDiffers(rows, variant);
  const bool has_devices = AnyDiffers(rows, devices);

  Table table;
  table.title = "Runs";
  table.columns = {{.title = "workload"}, {.title = "policy"}};
  if (has_variants) table.columns.push_back({.title = "variant"});
  if (has_devices) table.columns.push_back({.title = "devices", .number = true});
  for (const char* title : {"avg JCT s", "makespan s", "finished", "aborts", "queue delay s", "utilisation", "of all",
                            "binds/s", "binds/waiting s", "check-ins", "µs/check-in"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  for (const RowKey& row : rows) {
    std::uint64_t jobs = 0;
    std::uint64_t finished = 0;
    std::uint64_t aborts = 0;
    for (const FinishedRun& run : row.runs) {
      jobs += run.record.jobs.size();
      finished += run.record.finished();
      for (const JobRecord& job : run.record.jobs) aborts += job.aborts;
    }
    std::vector<Cell> cells{workload(row), row.filter.policy};
    if (has_variants) cells.emplace_back(variant(row));
    if (has_devices) cells.emplace_back(devices(row));
    const auto number = [&](const auto& figure, const std::function<std::string(double)>& show) {
      cells.emplace_back(Mean(row, figure, show));
    };
    const auto percent = [](double share) { return ShowPercent(share); };
    const auto compact = [](double value) { return ShowCompact(value); };
    number([](const RunRecord& record) { return record.average_jct(); }, ShowSeconds);
    number([](const RunRecord& record) { return record.makespan_s; }, ShowSeconds);
    cells.emplace_back(ShowCount(static_cast<std::int64_t>(finished)) + " of " +
                       ShowCount(static_cast<std::int64_t>(jobs)));
    cells.emplace_back(ShowCount(static_cast<std::int64_t>(aborts / row.runs.size())));
    number([](const RunRecord& record) { return record.avg_queue_delay_s; },
           [](double value) { return ShowFixed(value, 1); });
    number([](const RunRecord& record) { return record.utilization; }, percent);
    number([](const RunRecord& record) { return record.utilization_of_all; }, percent);
    number([](const RunRecord& record) { return record.bindings_per_second; }, compact);
    number([](const RunRecord& record) { return record.bindings_per_waiting_second; }, compact);
    number([](const RunRecord& record) { return static_cast<double>(record.checkins); }, compact);
    number(
        [](const RunRecord& record) {
          return record.checkins == 0 ? 0 : 1e6 * record.loop_cpu_s / static_cast<double>(record.checkins);
        },
        compact);
    table.rows.push_back(std::move(cells));
  }
  std::set<std::uint64_t> seeds;
  for (const FinishedRun& run : runs) seeds.insert(run.asked.seed);
  table.caption =
      "Means over " + std::to_string(seeds.size()) + (seeds.size() == 1 ? " seed" : " seeds") +
      "; the average JCT is that of the finished jobs. Utilisation: of the devices that were ever used, and "
      "of all. Binds per second of the run, and per second that jobs waited for devices.";
  return table;
}

std::string PlainText(const Table& table) {
  std::vector<TextColumn> columns;
  for (const TableColumn& column : table.columns) {
    columns.push_back({.title = column.title, .number = column.number, .max_width = 72});
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string>& cells = rows.emplace_back();
    for (const Cell& cell : row) cells.push_back(cell.text);
  }
  return table.title + "\n" + RenderTable(columns, rows) + (table.caption.empty() ? "" : table.caption + "\n");
}

}  // namespace propius
