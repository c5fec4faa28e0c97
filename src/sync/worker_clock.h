// What the server knows of one worker.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace propius {

using WorkerId = std::uint64_t;

struct WorkerClock {
  WorkerId id = 0;
  bool active = true;    // joined and not left
  bool waiting = false;  // has committed, or just joined, and was not yet told to go on
  bool held = false;     // its last update is not in the parameters yet
  std::uint64_t commits = 0;
  // Commits, counted from where the slowest stood when this worker joined: one that comes late has nothing to catch up.
  std::uint64_t clock = 0;
  std::uint64_t steps = 0;           // mini-batches in its updates
  std::uint64_t pulled_version = 0;  // of the parameters that it trains on
  std::uint64_t seen_lowest = 0;     // lowest clock of all when it last pulled
  Duration step_time{};              // of one mini-batch, as last measured; zero: not known yet
  Duration commit_time{};            // of its last commit's round trip, without what the server made it wait
  std::uint32_t batch = 0;           // that it was last told; 0: the job's own
  double loss = 0;                   // of its last mini-batch
};

// Travels with an update.
struct CommitReport {
  std::uint64_t number = 0;                // 1 for the worker's first update, then without a gap
  std::optional<std::uint64_t> version{};  // of the parameters that it began with; none: those last given out
  std::uint32_t steps = 1;
  Duration step_time{};
  Duration commit_time{};
  double loss = 0;
};

}  // namespace propius
