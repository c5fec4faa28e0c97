// A demo's results as read back from its folder, for reports.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace propius {

struct DemoRecord {
  struct Job {
    std::string name;
    std::string tenant;
    std::string model;
    bool asynchronous = false;
    int demand = 0;
    int rounds = 0;
    int rounds_completed = 0;
    int eligible_devices = 0;
    int devices_used = 0;
    int contributions = 0;
    double test_accuracy = 0;
    double jct_seconds = 0;
    double scheduling_seconds = 0;
    double collection_seconds = 0;
    std::string needs;  // "cpu_f ≥ 8, ram_gb ≥ 6"
  };
  struct Round {
    std::string job;
    int round = 0;
    std::string outcome;
    int contributions = 0;
    double began = 0;  // seconds since the start of the run
    double scheduling = 0;
    double collection = 0;
    double ended = 0;
    double accuracy = 0;
  };
  // Of a job's model, after a round or meanwhile.
  struct Score {
    std::string job;
    double at = 0;
    double accuracy = 0;
  };
  struct Device {
    std::string id;
    std::string phone;
    double cpu_f = 0;
    double ms_per_sample = 0;
    int samples = 0;
  };
  struct Task {
    std::string job;
    std::string device;
    std::string end;
    double began = 0;
    double ended = 0;
  };

  std::uint64_t seed = 0;
  bool quick = false;
  std::string policy;
  double utilization = 0;
  double utilization_of_used = 0;
  double makespan_seconds = 0;
  int devices_used = 0;
  bool ledgers_balance = false;
  std::vector<Job> jobs{};
  std::vector<Round> rounds{};
  std::vector<Score> scores{};  // in order of time, job by job
  std::vector<Device> devices{};
  std::vector<Task> tasks{};
};

// Reads summary.json and events.jsonl. Fails on another schema, or on a file that does not have what is expected.
Result<DemoRecord> ReadDemoRecord(const std::filesystem::path& folder);

}  // namespace propius
