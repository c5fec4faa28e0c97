// The papers' experiments: which runs each needs, and what it concludes from them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/findings.h"
#include "experiments/run.h"

namespace propius {

struct ExperimentAsked {
  bool quick = false;                  // a small scale, done in seconds
  std::vector<std::uint64_t> seeds;    // empty: the experiment's own
  std::vector<std::string> workloads;  // empty: the experiment's own
};

struct Experiment {
  std::string name;
  std::string what;  // one line
  std::function<std::vector<RunAsked>(const ExperimentAsked&)> runs;
  // From the runs, in their order.
  std::function<Findings(const ExperimentAsked&, const std::vector<FinishedRun>&)> conclude;
};

// In the order in which --help lists them.
std::vector<Experiment> AllExperiments();

Experiment VennTable1();
Experiment VennBiased();
Experiment VennAblation();
Experiment VennFairness();
Experiment VennOverhead();
Experiment BeyondVenn();
// `figure` is 2, 3 or 4.
Experiment PropiusFigure(int figure);

}  // namespace propius
