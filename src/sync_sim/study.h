// Runs side by side on the cores of this machine.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "sync_sim/laboratory.h"

namespace propius {

struct PlannedRun {
  std::string group;
  RunSettings settings;
};

struct StudyProgress {
  std::size_t done = 0;
  std::size_t of = 0;
  const SyncRun* finished = nullptr;  // the run that has just ended; null in between
  // The run that reported last.
  std::string scheme;
  double virtual_s = 0;
  double loss = 0;
};
// Called by one thread at a time; false stops everything.
using StudyWatch = std::function<bool(const StudyProgress&)>;

// In the order of the plan, whatever the order in which they end. The first failure ends all.
Result<std::vector<SyncRun>> RunStudy(const std::vector<PlannedRun>& plan, Laboratory& laboratory, unsigned cores,
                                      const StudyWatch& watch = {});

}  // namespace propius
