#include "sync_sim/experiment_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "report/number.h"
#include "sync_sim/training_run.h"

namespace propius {
namespace {

constexpr double kLeastAccuracy = 0.7;  // of the plots
constexpr double kGoalsShown = 3;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

void AddOnce(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// The mean of the greatest of `count` normal draws.
double MeanOfGreatest(std::size_t count) {
  constexpr int kDraws = 4000;
  Rng chance(1);
  double sum = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    double greatest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < count; ++i) greatest = std::max(greatest, chance.Normal());
    sum += greatest;
  }
  return sum / kDraws;
}

}  // namespace

double PredictedSaving(const RunSettings& settings, double steps, double rate) {
  const Result<TrainingOptions> options = OptionsOf(settings);
  if (!options) return kNone;
  double slowest = 0;
  for (const Duration time : options->fleet.step_times) slowest = std::max(slowest, Seconds(time));
  const auto slow = std::max<std::size_t>(1, SlowWorkers(settings.workers));
  slowest *= 1 + settings.jitter / std::sqrt(steps) * MeanOfGreatest(slow);
  const double nominal = Heterogeneity(options->fleet.step_times);
  double most = 0;
  for (const Duration time : options->fleet.step_times) most = std::max(most, Seconds(time));
  const double rounds = nominal * (slowest / most) * (1 + settings.commit_seconds / (steps * slowest));
  return 1 - 1 / (rounds * (1 - rate * settings.commit_seconds / settings.gamma_seconds));
}

const SyncRun* FindRun(const std::vector<SyncRun>& runs, std::string_view group, std::string_view scheme) {
  const auto found = std::ranges::find_if(
      runs, [&](const SyncRun& run) { return run.group == group && run.settings.scheme == scheme; });
  return found == runs.end() ? nullptr : &*found;
}

std::vector<std::string> GroupsOf(const std::vector<SyncRun>& runs) {
  std::vector<std::string> groups;
  for (const SyncRun& run : runs) AddOnce(groups, run.group);
  return groups;
}

std::vector<std::string> SchemesOf(const std::vector<SyncRun>& runs) {
  std::vector<std::string> schemes;
  for (const SyncRun& run : runs) AddOnce(schemes, run.settings.scheme);
  return schemes;
}

std::string ShowTime(const SyncRun* run) {
  if (run == nullptr) return "–";
  if (run->record.diverged) return "diverged";
  const std::string time = ShowCount(std::llround(run->record.time_to_target_s)) + " s";
  return run->record.reached ? time : "> " + time;
}

double Saving(const SyncRun* ours, const SyncRun* theirs) {
  if (ours == nullptr || theirs == nullptr || !ours->record.reached || !theirs->record.reached) return kNone;
  return 1 - ours->record.time_to_target_s / theirs->record.time_to_target_s;
}

std::string ShowSignedPercent(double share) {
  if (!std::isfinite(share)) return "–";
  return (share < 0 ? "-" : "+") + ShowFixed(std::abs(share) * 100, 0) + " %";
}

std::string ShowSaving(const SyncRun* ours, const SyncRun* theirs) { return ShowSignedPercent(-Saving(ours, theirs)); }

Table TimesByGroup(const std::vector<SyncRun>& runs, const std::string& title, const std::string& caption) {
  Table table{.title = title, .columns = {{.title = "scheme"}}, .rows = {}, .caption = caption};
  const std::vector<std::string> groups = GroupsOf(runs);
  for (const std::string& group : groups) table.columns.push_back({.title = group, .number = true});
  int color = 0;
  for (const std::string& scheme : SchemesOf(runs)) {
    std::vector<Cell> row{Cell(scheme, color++)};
    for (const std::string& group : groups) row.emplace_back(ShowTime(FindRun(runs, group, scheme)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Figure TimeBars(const std::vector<SyncRun>& runs, const std::string& title, const std::string& caption) {
  BarChart chart;
  chart.y = {.title = "virtual time to the goal", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  chart.categories = GroupsOf(runs);
  for (const std::string& scheme : SchemesOf(runs)) {
    Bars bars{.name = scheme, .values = {}, .color = {}};
    for (const std::string& group : chart.categories) {
      const SyncRun* run = FindRun(runs, group, scheme);
      bars.values.push_back(run != nullptr && run->record.reached ? run->record.time_to_target_s : kNone);
    }
    chart.bars.push_back(std::move(bars));
  }
  return {.title = title, .plot = std::move(chart), .caption = caption, .half = false};
}

Figure Curves(const std::vector<SyncRun>& runs, std::string_view group, bool loss) {
  constexpr std::size_t kMostPoints = 400;
  LineChart chart;
  chart.x = {.title = "virtual time", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  chart.y = loss ? Axis{.title = "test loss", .unit = Unit::kNumber, .low = 0.0, .high = {}}
                 : Axis{.title = "test accuracy", .unit = Unit::kShare, .low = kLeastAccuracy, .high = 1.0};
  std::set<double> goals;
  for (const SyncRun& run : runs) {
    if (!group.empty() && run.group != group) continue;
    Series series{.name = run.settings.scheme, .points = {}, .mark = Mark::kLine, .color = {}};
    const std::size_t stride = run.record.curve.size() / kMostPoints + 1;
    for (std::size_t i = 0; i < run.record.curve.size(); i += stride) {
      const CurvePoint& point = run.record.curve[i];
      series.points.push_back({point.time_s, loss ? point.loss : point.accuracy});
    }
    chart.series.push_back(std::move(series));
    if (run.settings.goal > 0) goals.insert(run.settings.goal);
  }
  if (loss) {
    for (const double goal : goals) chart.targets.push_back({.y = goal, .label = "goal", .color = {}});
    // The steep beginning would hide all that matters.
    if (!goals.empty()) chart.y.high = kGoalsShown * *goals.rbegin();
  }
  return {.title = loss ? "Test loss over time" : "Test accuracy over time",
          .plot = std::move(chart),
          .caption = "",
          .half = !loss};
}

Figure WaitingBars(const std::vector<SyncRun>& runs, const std::string& title) {
  BarChart chart;
  chart.y = {.title = "share of the workers' time", .unit = Unit::kShare, .low = 0.0, .high = 1.0};
  chart.stacked = true;
  Bars busy{.name = "training", .values = {}, .color = {}};
  Bars moving{.name = "commits on their way", .values = {}, .color = {}};
  Bars blocked{.name = "blocked by the scheme", .values = {}, .color = {}};
  for (const SyncRun& run : runs) {
    chart.categories.push_back(run.settings.scheme);
    busy.values.push_back(run.record.busy_share);
    blocked.values.push_back(run.record.blocked_share);
    moving.values.push_back(std::max(0.0, run.record.waiting_share - run.record.blocked_share));
  }
  chart.bars = {busy, moving, blocked};
  return {.title = title, .plot = std::move(chart), .caption = "Mean over all workers.", .half = true};
}

std::vector<PlannedRun> Cross(const std::vector<Variant>& variants, const std::vector<std::string>& schemes) {
  std::vector<PlannedRun> plan;
  for (const Variant& variant : variants) {
    for (const std::string& scheme : schemes) {
      PlannedRun run{variant.group, variant.settings};
      run.settings.scheme = scheme;
      plan.push_back(std::move(run));
    }
  }
  return plan;
}

std::string EqualRateRemark() {
  return "All schemes run at one learning rate here, as in the paper. That flatters those that need not wait: with a "
         "rate tuned for each, the advantage over BSP shrinks (--experiment adsp-tuned). Nor is there one over ASP "
         "where commits are free, or over ESync and BatchTune where speeds are stable.";
}

}  // namespace propius
