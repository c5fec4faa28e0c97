// The schedulers of Venn's authors, with what their code does rather than what the paper says (venn.md 2 and 3.6).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "replay/scheduler.h"

namespace propius {

// What a released scheduler knows of a job.
struct ReleasedJob {
  std::uint64_t id = 0;
  std::uint32_t demand = 1;
  double deadline_s = 0;
  std::uint32_t predicate = 0;
};

// All keep references to `kinds` and `jobs`.

// The first job in the order of arrival.
std::unique_ptr<ReplayScheduler> MakeReleasedFifo(const Kinds& kinds, std::span<const ReleasedJob> jobs);
// The smallest remaining demand of the current request, looked at anew with every request only.
std::unique_ptr<ReplayScheduler> MakeReleasedSrsf(const Kinds& kinds, std::span<const ReleasedJob> jobs);
// A random number per request; who was served first stays first until it has all.
std::unique_ptr<ReplayScheduler> MakeReleasedRandom(const Kinds& kinds, std::span<const ReleasedJob> jobs,
                                                    std::uint64_t seed);
// Scheduling as in Algorithm 1, without tiers and without fairness.
std::unique_ptr<ReplayScheduler> MakeReleasedVenn(const Kinds& kinds, std::span<const ReleasedJob> jobs);

}  // namespace propius
