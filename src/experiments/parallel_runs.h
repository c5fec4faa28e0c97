// Runs simulations side by side, as many at a time as there are cores to use.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiments/run.h"

namespace propius {

struct RunsProgress {
  std::size_t runs = 0;
  std::size_t done = 0;
  double share = 0;               // of all the work, running ones included
  const FinishedRun* finished{};  // the run that just finished, if that is what there is to tell
};

struct ParallelRuns {
  int cores = 1;
  // Never two at a time; called now and then from the caller's thread, and once for each finished run.
  std::function<void(const RunsProgress&)> progress = [](const RunsProgress&) {};
  // True when the caller wants to stop: no further run is begun, and those under way are given up.
  std::function<bool()> stop = [] { return false; };
};

// In the order of `asked`, however they finish. Fails with the first error, in that order, or when it was stopped.
Result<std::vector<FinishedRun>> RunAll(const std::vector<RunAsked>& asked, const Simulate& simulate,
                                        const ParallelRuns& how);

// "venn on even, seed 2, 1,200 devices"
std::string ShowAsked(const RunAsked& asked);
// The same, and what came of it.
std::string ShowFinished(const FinishedRun& run);

}  // namespace propius
