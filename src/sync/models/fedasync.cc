#include "sync/models/fedasync.h"

#include <cmath>

namespace propius {
namespace {

class Fedasync final : public SyncModel {
 public:
  explicit Fedasync(FedasyncOptions options) : options_(options) {}

  std::string_view name() const override { return "fedasync"; }
  PushForm push_form() const override { return PushForm::kParameters; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override {
    return {.until = TrainSteps{options_.steps}};
  }
  bool MayProceed(const Standing& /*seen*/, const WorkerClock& /*worker*/) const override { return true; }
  Application Apply(const Standing& seen, const WorkerClock& worker, const CommitReport& /*report*/) override {
    return {.way = Application::Way::kMix,
            .weight = options_.alpha * Damping(static_cast<double>(seen.Staleness(worker)))};
  }
  double ServerGain() const override { return 1; }  // a mean of parameters, whatever its weights

 private:
  double Damping(double staleness) const {
    if (!options_.hinge) return std::pow(1 + staleness, -options_.exponent);
    if (staleness <= options_.hinge_from) return 1;
    return 1 / (options_.hinge_slope * (staleness - options_.hinge_from) + 1);
  }

  const FedasyncOptions options_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeFedasync(FedasyncOptions options) { return std::make_unique<Fedasync>(options); }

}  // namespace propius
