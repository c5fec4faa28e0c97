#include "apps/demo_figures.h"

#include <algorithm>
#include <array>
#include <map>

namespace propius {
namespace {

// Phones by AI-Benchmark's CPU-F score; the demo's jobs draw their lines at 3 and 8.
struct Class {
  std::string_view name;
  double below;
};
constexpr std::array<Class, 4> kClasses{
    {{"entry, below 3", 3}, {"middle, 3 to 8", 8}, {"strong, 8 to 14", 14}, {"top, from 14", 1e9}}};

constexpr std::size_t kBins = 50;

std::size_t ClassOf(double cpu_f) {
  return static_cast<std::size_t>(
      std::ranges::find_if(kClasses, [&](const Class& entry) { return cpu_f < entry.below; }) - kClasses.begin());
}

}  // namespace

LineChart AccuracyOverTime(const DemoRecord& record) {
  LineChart chart;
  chart.x = {.title = "time since the start", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  chart.y = {.title = "test accuracy", .unit = Unit::kShare, .low = 0.0, .high = 1.0};
  chart.height = 380;
  for (const DemoRecord::Job& job : record.jobs) {
    Series series{.name = job.name, .points = {}, .mark = Mark::kLineAndPoints, .color = {}};
    for (const DemoRecord::Score& score : record.scores) {
      if (score.job == job.name) series.points.push_back({score.at, score.accuracy});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Timeline RoundTimeline(const DemoRecord& record) {
  Timeline timeline;
  timeline.x = {.title = "time since the start", .unit = Unit::kSeconds, .low = 0.0, .high = {}};
  timeline.kinds = {{.name = "waiting for devices", .color = {}, .pale = true},
                    {.name = "collecting updates", .color = {}, .pale = false}};
  for (std::size_t i = 0; i < record.jobs.size(); ++i) {
    TimelineRow row;
    row.name = record.jobs[i].name;
    row.color = static_cast<int>(i);
    for (const DemoRecord::Round& round : record.rounds) {
      if (round.job != row.name) continue;
      const double filled = round.began + round.scheduling;
      const std::string contributions = std::to_string(round.contributions);
      const std::string name = record.jobs[i].asynchronous ? contributions + " commits" : std::to_string(round.round);
      const std::string what = record.jobs[i].asynchronous
                                   ? name + ", " + round.outcome
                                   : "round " + name + ", " + contributions + " contributions, " + round.outcome;
      row.spans.push_back({round.began, filled, 0, "", what});
      row.spans.push_back({filled, filled + round.collection, 1, name, what});
    }
    timeline.rows.push_back(std::move(row));
  }
  return timeline;
}

LineChart DevicesAtWork(const DemoRecord& record) {
  LineChart chart;
  chart.x = {.title = "time since the start", .unit = Unit::kSeconds, .low = 0.0, .high = record.makespan_seconds};
  chart.y = {.title = "devices at work", .unit = Unit::kNumber, .low = 0.0, .high = {}};
  const double bin = record.makespan_seconds / kBins;
  for (const DemoRecord::Job& job : record.jobs) {
    std::array<double, kBins> busy{};  // device-seconds
    for (const DemoRecord::Task& task : record.tasks) {
      if (task.job != job.name) continue;
      for (std::size_t i = 0; i < kBins; ++i) {
        const double from = std::max(task.began, bin * static_cast<double>(i));
        busy.at(i) += std::max(0.0, std::min(task.ended, bin * static_cast<double>(i + 1)) - from);
      }
    }
    Series series{.name = job.name, .points = {}, .mark = Mark::kLine, .color = {}};
    for (std::size_t i = 0; i < kBins; ++i) {
      series.points.push_back({bin * (static_cast<double>(i) + 0.5), bin > 0 ? busy.at(i) / bin : 0.0});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Matrix WhoServedWhom(const DemoRecord& record) {
  std::map<std::string, std::size_t> class_of;
  std::array<int, kClasses.size()> phones{};
  for (const DemoRecord::Device& device : record.devices) {
    class_of[device.id] = ClassOf(device.cpu_f);
    ++phones.at(ClassOf(device.cpu_f));
  }
  Matrix matrix;
  matrix.row_title = "phones by CPU-F";
  matrix.column_title = "contributions to";
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    matrix.rows.push_back(std::to_string(phones.at(i)) + " " + std::string(kClasses.at(i).name));
  }
  matrix.values.assign(kClasses.size(), std::vector<double>(record.jobs.size(), 0.0));
  for (std::size_t column = 0; column < record.jobs.size(); ++column) {
    matrix.columns.push_back(record.jobs[column].name);
    for (const DemoRecord::Task& task : record.tasks) {
      if (task.job != record.jobs[column].name || task.end != "committed") continue;
      matrix.values[class_of[task.device]][column] += 1;
    }
  }
  return matrix;
}

}  // namespace propius
