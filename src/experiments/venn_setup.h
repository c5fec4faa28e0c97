// What the experiments on Venn's workloads have in common: the authors' event rules, their five job lists, generated
// devices, and a small scale of all that.
#pragma once

#include <string>
#include <vector>

#include "experiments/experiment.h"

namespace propius {

struct VennRuns {
  std::vector<std::string> workloads;
  std::vector<std::string> policies;
  std::string variant{};
  bool strict = false;
  JobListChanges changes{};
  bool one_seed = false;  // of those asked for, the first
  double speed_noise = 0;
  bool speed_known = true;
};
// Those asked for, or the usual ones.
std::vector<std::uint64_t> SeedsOf(const ExperimentAsked& asked);
// Appends policy by policy on the same trace, seed by seed and workload by workload.
void AddRuns(std::vector<RunAsked>& runs, const ExperimentAsked& asked, const VennRuns& what);

// The small scale: done in well under a second.
void MakeQuick(RunAsked& run);

// "even", "small", "large", "low", "high".
const std::vector<std::string>& VennWorkloads();

}  // namespace propius
