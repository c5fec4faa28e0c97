// What the models that average at a barrier have in common: every active worker sends one update, then all go on from
// the mean, W += (1/M) * sum U.
#pragma once

#include "sync/sync_model.h"

namespace propius {

class Barrier : public SyncModel {
 public:
  bool MayProceed(const Standing& /*seen*/, const WorkerClock& worker) const override { return !worker.held; }
  Application Apply(const Standing& /*seen*/, const WorkerClock& /*worker*/, const CommitReport& /*report*/) override {
    return {.way = Application::Way::kHold, .weight = 1};
  }
  std::optional<double> Close(const Standing& seen) const override {
    if (seen.active == 0 || seen.held_active < seen.active) return std::nullopt;
    return static_cast<double>(seen.held);
  }
  std::uint32_t MostHeld(std::uint32_t workers) const override { return workers; }
  double ServerGain() const override { return 1; }
};

}  // namespace propius
