// What a run of the demo yields, and the files that keep it (docs/results.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/fleet.h"
#include "apps/training_job.h"
#include "config/job_file.h"

namespace propius {

struct DemoJob {
  JobFile file;
  TenantId tenant;
  Duration registered{};  // since the start of the run
  JobReport report{};
};

// One task of one device, from accept to the last answer.
struct DemoTask {
  std::uint64_t device = 0;
  std::uint64_t job = 0;
  std::uint32_t round = 0;
  std::string end;   // committed, late, rejected, failed
  Duration began{};  // since the start of the run
  Duration ended{};
};

struct DemoResults {
  std::uint64_t seed = 0;
  bool quick = false;
  std::string policy;
  double slowness = 0;
  Time began;
  std::vector<DemoJob> jobs;
  std::vector<FleetDevice> fleet;
  std::vector<DemoTask> tasks;
};

// Devices' time on tasks over the time from the first registration to the end of the last round.
struct FleetFigures {
  double makespan_seconds = 0;
  double utilization = 0;          // mean over all devices
  double utilization_of_used = 0;  // mean over those that had a task
  std::size_t used = 0;
};
FleetFigures FiguresOf(const DemoResults& results);

// Different devices that had a committed task of the job.
std::size_t DevicesOf(const DemoResults& results, std::uint64_t job_id);

// What the device processes logged.
Result<std::vector<DemoTask>> ReadTasks(const std::vector<std::filesystem::path>& files, Time began);

std::string SummaryJson(const DemoResults& results);
// summary.json, events.jsonl, rounds.csv, tasks.csv
Status WriteResults(const DemoResults& results, const std::filesystem::path& folder);

}  // namespace propius
