#include "experiments/run_plots.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "experiments/compare.h"

namespace propius {
namespace {

constexpr std::size_t kMostSeries = 10;        // that colours tell apart
constexpr std::size_t kMostDistributions = 5;  // workloads whose distribution is drawn

double MeanOr(const std::optional<OverSeeds>& figure) { return figure ? figure->mean : std::nan(""); }

// Of runs with several variants, those of the first: the others are in the tables.
std::vector<FinishedRun> FirstVariant(const std::vector<FinishedRun>& runs) {
  std::vector<FinishedRun> same;
  for (const FinishedRun& run : runs) {
    if (run.asked.variant == runs.front().asked.variant) same.push_back(run);
  }
  return same;
}

std::vector<std::string> DrawnPolicies(const std::vector<FinishedRun>& runs) {
  std::vector<std::string> policies = Policies(runs);
  policies.resize(std::min(policies.size(), kMostSeries));
  return policies;
}

Figure JctByWorkload(const std::vector<FinishedRun>& runs) {
  BarChart chart;
  chart.y = {.title = "average JCT", .unit = Unit::kSeconds, .low = 0};
  chart.categories = Workloads(runs);
  for (const std::string& policy : DrawnPolicies(runs)) {
    Bars& bars = chart.bars.emplace_back(Bars{.name = policy});
    for (const std::string& workload : chart.categories) {
      bars.values.push_back(MeanOr(AverageJct(runs, {.policy = policy, .workload = workload})));
    }
  }
  return {.title = "Job completion time by policy and workload",
          .plot = std::move(chart),
          .caption = "Mean over the finished jobs and the seeds."};
}

Figure JctDistribution(const std::vector<FinishedRun>& runs, const std::string& workload) {
  LineChart chart;
  chart.x = {.title = "JCT", .unit = Unit::kSeconds, .low = 0};
  chart.y = {.title = "share of the jobs", .unit = Unit::kShare, .low = 0, .high = 1};
  for (const std::string& policy : DrawnPolicies(runs)) {
    std::vector<double> jcts;
    std::size_t jobs = 0;
    for (const FinishedRun* run : Select(runs, {.policy = policy, .workload = workload})) {
      for (const JobRecord& job : run->record.jobs) {
        ++jobs;
        if (job.finish_s >= 0) jcts.push_back(job.finish_s - job.start_s);
      }
    }
    if (jcts.empty()) continue;
    std::ranges::sort(jcts);
    Series& series = chart.series.emplace_back(Series{.name = policy, .points = {{0, 0}}, .mark = Mark::kStep});
    for (std::size_t i = 0; i < jcts.size(); ++i) {
      series.points.push_back({jcts[i], static_cast<double>(i + 1) / static_cast<double>(jobs)});
    }
  }
  return {.title = "Distribution of the JCT: " + workload,
          .plot = std::move(chart),
          .caption = "A line that ends below 100 % leaves jobs unfinished.",
          .half = true};
}

Figure WaitingAndCollecting(const std::vector<FinishedRun>& runs) {
  BarChart chart;
  chart.y = {.title = "per round and job", .unit = Unit::kSeconds, .low = 0};
  chart.stacked = true;
  chart.bars = {{.name = "scheduling delay"}, {.name = "collecting"}};
  const std::vector<std::string> workloads = Workloads(runs);
  for (const std::string& workload : workloads) {
    for (const std::string& policy : DrawnPolicies(runs)) {
      double rounds = 0;
      double scheduling = 0;
      double collecting = 0;
      for (const FinishedRun* run : Select(runs, {.policy = policy, .workload = workload})) {
        for (const JobRecord& job : run->record.jobs) {
          rounds += job.rounds;
          scheduling += job.scheduling_s;
          collecting += job.collecting_s;
        }
      }
      if (rounds <= 0) continue;
      chart.categories.push_back(workloads.size() > 1 ? policy + ", " + workload : policy);
      chart.bars[0].values.push_back(scheduling / rounds);
      chart.bars[1].values.push_back(collecting / rounds);
    }
  }
  return {.title = "Scheduling delay against collection time",
          .plot = std::move(chart),
          .caption =
              "Time that jobs waited for devices and for their results, aborted rounds included, for each round "
              "that was completed."};
}

Figure AgainstDevices(const std::vector<FinishedRun>& runs, const std::string& title, const Axis& axis,
                      const std::function<double(const RunRecord&)>& figure, const std::string& caption) {
  LineChart chart;
  chart.x = {.title = "devices"};
  chart.y = axis;
  for (const std::string& policy : DrawnPolicies(runs)) {
    Series& series = chart.series.emplace_back(Series{.name = policy, .mark = Mark::kLineAndPoints});
    for (const std::uint32_t devices : Populations(runs)) {
      series.points.push_back(
          {static_cast<double>(devices), MeanOr(Over(runs, {.policy = policy, .population = devices}, figure))});
    }
  }
  return {.title = title, .plot = std::move(chart), .caption = caption, .half = true};
}

Figure SupplyByHour(const RunRecord& record) {
  LineChart chart;
  chart.x = {.title = "hour of the day", .low = 0, .high = 23};
  chart.y = {.title = "check-ins per hour", .low = 0};
  for (std::size_t i = 0; i < std::min(record.supply_by_hour.size(), kMostSeries); ++i) {
    Series& series = chart.series.emplace_back(
        Series{.name = i == 0 ? "all devices" : "class " + std::to_string(i), .mark = Mark::kStep});
    for (std::size_t hour = 0; hour < 24; ++hour) {
      series.points.push_back({static_cast<double>(hour), record.supply_by_hour[i][hour]});
    }
  }
  return {.title = "Supply by hour",
          .plot = std::move(chart),
          .caption = "Check-ins of devices that meet each class of requirements, by the hour of the trace's day."};
}

}  // namespace

std::vector<Figure> RunFigures(const std::vector<FinishedRun>& all) {
  std::vector<Figure> figures;
  if (all.empty()) return figures;
  const std::vector<FinishedRun> runs = FirstVariant(all);
  const bool by_population = Populations(runs).size() > 1;
  if (by_population) {
    figures.push_back(AgainstDevices(
        runs, "Utilisation of the devices that were used", {.title = "utilisation", .unit = Unit::kShare, .low = 0},
        [](const RunRecord& record) { return record.utilization; },
        "The Propius paper's Fig. 2: it leaves out devices "
        "that never had a task."));
    figures.push_back(AgainstDevices(
        runs, "Utilisation of all devices", {.title = "utilisation", .unit = Unit::kShare, .low = 0},
        [](const RunRecord& record) { return record.utilization_of_all; }, "Busy time over the time of the run."));
    figures.push_back(AgainstDevices(
        runs, "Throughput while jobs wait", {.title = "bindings per waiting second", .low = 0},
        [](const RunRecord& record) { return record.bindings_per_waiting_second; },
        "Bindings over the time that jobs waited for devices: what the paper's Fig. 3 seems to show."));
    figures.push_back(AgainstDevices(
        runs, "Throughput of the run", {.title = "bindings per second", .low = 0},
        [](const RunRecord& record) { return record.bindings_per_second; }, "Bindings over the time of the run."));
    figures.push_back(AgainstDevices(
        runs, "Job completion time", {.title = "average JCT", .unit = Unit::kSeconds, .low = 0},
        [](const RunRecord& record) { return record.finished() == 0 ? std::nan("") : record.average_jct(); },
        "The paper's Fig. 4."));
  } else {
    figures.push_back(JctByWorkload(runs));
    std::vector<std::string> workloads = Workloads(runs);
    workloads.resize(std::min(workloads.size(), kMostDistributions));
    for (const std::string& workload : workloads) figures.push_back(JctDistribution(runs, workload));
    figures.push_back(WaitingAndCollecting(runs));
  }
  const auto with_supply =
      std::ranges::find_if(runs, [](const FinishedRun& run) { return !run.record.supply_by_hour.empty(); });
  if (with_supply != runs.end()) figures.push_back(SupplyByHour(with_supply->record));
  return figures;
}

}  // namespace propius
