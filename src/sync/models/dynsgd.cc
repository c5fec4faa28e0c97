#include "sync/models/dynsgd.h"

namespace propius {
namespace {

class Dynsgd final : public SyncModel {
 public:
  explicit Dynsgd(DynsgdOptions options) : options_(options) {}

  std::string_view name() const override { return "dynsgd"; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override {
    return {.until = TrainSteps{options_.steps}};
  }
  bool MayProceed(const Standing& /*seen*/, const WorkerClock& /*worker*/) const override { return true; }
  Application Apply(const Standing& seen, const WorkerClock& worker, const CommitReport& /*report*/) override {
    return {.way = Application::Way::kAdd, .weight = 1 / (static_cast<double>(seen.Staleness(worker)) + 1)};
  }
  double ServerGain() const override { return 1; }  // between two commits of a worker, all others commit about once

 private:
  const DynsgdOptions options_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeDynsgd(DynsgdOptions options) { return std::make_unique<Dynsgd>(options); }

}  // namespace propius
