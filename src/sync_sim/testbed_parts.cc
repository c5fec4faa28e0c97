#include "sync_sim/testbed_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/number.h"
#include "report/terminal.h"
#include "sync_sim/experiment_parts.h"

namespace propius {
namespace {

// Beyond this many times the goal, a loss says only that the run has just begun.
constexpr double kLossesShown = 2.5;
// So that the points leave the lines to be seen.
constexpr std::size_t kPoints = 24;

std::string ShowSeconds(bool reached, double seconds) { return (reached ? "" : "> ") + ShowFixed(seconds, 1) + " s"; }

}  // namespace

bool HasTestbed(const std::vector<SyncRun>& runs) {
  return std::ranges::any_of(runs, [](const SyncRun& run) { return run.record.testbed.has_value(); });
}

double TestbedDifference(const SyncRun& run) {
  const std::optional<TestbedRecord>& testbed = run.record.testbed;
  if (!testbed || !testbed->reached || !run.record.reached || run.record.time_to_target_s <= 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return testbed->time_to_target_s / run.record.time_to_target_s - 1;
}

Table TestbedTable(const std::vector<SyncRun>& runs) {
  Table table;
  table.title = "Virtual time and real processes";
  table.columns.push_back({.title = "scheme"});
  for (const char* title : {"virtual", "real", "difference", "commits", "waiting", "load"}) {
    table.columns.push_back({.title = title, .number = true});
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SyncRecord& record = runs[i].record;
    if (!record.testbed) continue;
    const TestbedRecord& real = *record.testbed;
    const double difference = TestbedDifference(runs[i]);
    std::vector<Cell> row;
    row.emplace_back(runs[i].settings.scheme, static_cast<int>(i % 10));
    const auto both = [](const std::string& imagined, const std::string& seen) { return imagined + " / " + seen; };
    for (const std::string& text :
         {ShowSeconds(record.reached, record.time_to_target_s), ShowSeconds(real.reached, real.time_to_target_s),
          std::isnan(difference) ? std::string("–") : ShowSignedPercent(difference),
          both(ShowCount(static_cast<std::int64_t>(record.commits)),
               ShowCount(static_cast<std::int64_t>(real.commits))),
          both(ShowPercent(record.waiting_share), ShowPercent(real.waiting_share)),
          ShowFixed(real.load_before, 1) + " to " + ShowFixed(real.load_after, 1)}) {
      row.emplace_back(text);
    }
    table.rows.push_back(std::move(row));
  }
  table.caption =
      "Time to the goal; commits and waiting in virtual time / on real processes. Real: one server, and a process for "
      "each worker that sleeps as long as its steps would take, "
      "behind a link that delays every byte. The load is the machine's, averaged over a minute.";
  return table;
}

Figure TestbedCurves(const std::vector<SyncRun>& runs) {
  LineChart chart;
  chart.x = {.title = "time", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  chart.y = {.title = "test loss", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  int color = 0;
  for (const SyncRun& run : runs) {
    if (!run.record.testbed) continue;
    Series imagined{.name = run.settings.scheme, .points = {}, .mark = Mark::kLine, .color = color};
    for (const CurvePoint& point : run.record.curve) imagined.points.push_back({point.time_s, point.loss});
    Series real{.name = run.settings.scheme + ", real", .points = {}, .mark = Mark::kPoints, .color = color++};
    const std::vector<CurvePoint>& curve = run.record.testbed->curve;
    for (std::size_t i = 0; i < curve.size(); i += curve.size() / kPoints + 1) {
      real.points.push_back({curve[i].time_s, curve[i].loss});
    }
    chart.series.push_back(std::move(imagined));
    chart.series.push_back(std::move(real));
    if (run.settings.goal > 0 && chart.targets.empty()) {
      chart.targets.push_back({.y = run.settings.goal, .label = "goal", .color = {}});
      chart.y.high = kLossesShown * run.settings.goal;
    }
  }
  return {.title = "Does virtual time tell the truth?",
          .plot = std::move(chart),
          .caption = "Lines: virtual time. Points: the same run on real processes and the real clock.",
          .half = false};
}

}  // namespace propius
