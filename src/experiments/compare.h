// Runs side by side: figures over seeds, and how much faster one policy is than another.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/run.h"

namespace propius {

// Of one figure over several seeds.
struct OverSeeds {
  double mean = 0;
  double low = 0;
  double high = 0;
  std::size_t seeds = 0;
  std::uint32_t unfinished = 0;  // jobs, over all the runs that it stands for
};

// Which runs: empty and 0 mean any.
struct RunFilter {
  std::string policy{};
  std::string workload{};
  std::string variant{};
  std::uint32_t population = 0;
};
std::vector<const FinishedRun*> Select(const std::vector<FinishedRun>& runs, const RunFilter& filter);

// Nothing if no run is selected.
std::optional<OverSeeds> Over(const std::vector<FinishedRun>& runs, const RunFilter& filter,
                              const std::function<double(const RunRecord&)>& figure);
std::optional<OverSeeds> AverageJct(const std::vector<FinishedRun>& runs, const RunFilter& filter);
// How many times longer `base` takes than what `filter` selects, by average JCT, seed by seed on the same trace.
// Nothing if no seed has both, or if one of the two finished no job.
std::optional<OverSeeds> SpeedUp(const std::vector<FinishedRun>& runs, const RunFilter& filter, const RunFilter& base);

// Policies, workloads, … in the order in which they first appear.
std::vector<std::string> Policies(const std::vector<FinishedRun>& runs);
std::vector<std::string> Workloads(const std::vector<FinishedRun>& runs);
std::vector<std::uint32_t> Populations(const std::vector<FinishedRun>& runs);

// "1.94", with several seeds "1.94 (1.90–1.98)", with unfinished jobs "1.94 [3 unfinished]"; "–" for nothing.
std::string ShowOverSeeds(const std::optional<OverSeeds>& figure, int decimals);

}  // namespace propius
