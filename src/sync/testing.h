// What tests of synchronisation models share: a standing made of literals.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <map>

#include "sync/standing.h"

namespace propius {

struct SyncScene {
  Time now{};
  std::uint64_t version = 0;
  std::size_t held = 0;
  std::map<WorkerId, WorkerClock> workers;
  std::function<double()> loss = [] { return 1.0; };

  // Workers 0, 1, … that have committed so often.
  explicit SyncScene(std::initializer_list<std::uint64_t> clocks) {
    for (const std::uint64_t clock : clocks) {
      WorkerClock worker;
      worker.id = workers.size();
      worker.commits = worker.clock = clock;
      workers[worker.id] = worker;
    }
  }

  WorkerClock& operator[](WorkerId id) { return workers.at(id); }

  Standing Look() const {
    Standing seen{.now = now, .version = version, .workers = workers, .loss = loss};
    seen.held = held;
    for (const auto& [id, worker] : workers) {
      if (!worker.active) continue;
      seen.lowest = seen.active == 0 ? worker.clock : std::min(seen.lowest, worker.clock);
      seen.highest = std::max(seen.highest, worker.clock);
      ++seen.active;
      if (worker.held) ++seen.held_active;
    }
    return seen;
  }
};

}  // namespace propius
