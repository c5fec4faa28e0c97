// What `propius simulate` is asked for, checked: flags become runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiments/experiment.h"
#include "experiments/run.h"
#include "scheduling/registry.h"

namespace propius {

// As they stand on the command line; "" and 0 where a flag was not given.
struct SimulationFlags {
  std::vector<std::string> policies;
  std::string rules;
  std::string dispatch_delay;
  bool strict = false;
  std::string checkins;
  std::string capacity;
  std::string eligibility;
  std::string jobs;
  std::vector<std::string> workloads;
  std::uint32_t devices = 0;
  double rate = 0;
  double days = 0;
  std::vector<std::uint64_t> seeds;
  std::string mode;
  double speed_noise = 0;
  std::string latency;
  double loss = 0;
  std::vector<std::string> plugins;
  std::filesystem::path out = "propius-simulation";
  std::string format = "table";  // or json
  std::string experiment;
  bool quick = false;
  int cores = 0;  // 0: all
};

struct SimulationRequest {
  std::vector<RunAsked> runs;  // workload by workload, seed by seed, policies side by side
  std::optional<Experiment> experiment;
  ExperimentAsked asked;  // of it
};

// Fails with what was expected of which flag.
Result<SimulationRequest> ReadRequest(const SimulationFlags& flags, const PolicyRegistry& policies);

}  // namespace propius
