#include <algorithm>

#include "sync_sim/experiment.h"

namespace propius {

const std::vector<SyncExperiment>& AllSyncExperiments() {
  static const std::vector<SyncExperiment> all{AdspConvergence(), AdspHeterogeneity(), AdspDelay(),  AdspScale(),
                                               AdspWaiting(),     AdspCommitRate(),    AdspSearch(), AdspTuned(),
                                               AdspShift(),       AdspSkew()};
  return all;
}

const SyncExperiment* FindSyncExperiment(const std::string& name) {
  const auto& all = AllSyncExperiments();
  const auto found = std::ranges::find(all, name, &SyncExperiment::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace propius
