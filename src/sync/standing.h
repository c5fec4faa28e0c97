// All that a synchronisation model may look at: values, no store, no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "sync/worker_clock.h"

namespace propius {

struct Standing {
  Time now;
  std::uint64_t version = 0;  // times that the parameters changed
  const std::map<WorkerId, WorkerClock>& workers;
  std::size_t active = 0;
  std::size_t held = 0;         // updates that are not in the parameters yet
  std::size_t held_active = 0;  // active workers among those that sent them
  std::uint64_t lowest = 0;     // clock of the slowest active worker; 0 for none
  std::uint64_t highest = 0;
  // Global loss of the parameters as they are now.
  const std::function<double()>& loss;

  std::uint64_t Staleness(const WorkerClock& worker) const { return version - worker.pulled_version; }
};

// The middle one of the active workers' known commit times; zero if none is known.
Duration MedianCommitTime(const Standing& seen);
// Of the step times.
Duration MedianStepTime(const Standing& seen);

}  // namespace propius
