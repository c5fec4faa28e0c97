#include "sync/models/fedbuff.h"

#include <cmath>

namespace propius {
namespace {

class Fedbuff final : public SyncModel {
 public:
  Fedbuff(const SyncJob& job, FedbuffOptions options) : workers_(job.workers), options_(options) {}

  std::string_view name() const override { return "fedbuff"; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override {
    return {.until = TrainSteps{options_.steps}};
  }
  bool MayProceed(const Standing& /*seen*/, const WorkerClock& /*worker*/) const override { return true; }
  Application Apply(const Standing& seen, const WorkerClock& worker, const CommitReport& /*report*/) override {
    const auto staleness = static_cast<double>(seen.Staleness(worker));
    return {.way = Application::Way::kHold, .weight = std::pow(1 + staleness, -options_.exponent)};
  }
  std::optional<double> Close(const Standing& seen) const override {
    if (seen.held < options_.buffer) return std::nullopt;
    return static_cast<double>(seen.held) / options_.rate;
  }
  std::uint32_t MostHeld(std::uint32_t /*workers*/) const override { return options_.buffer; }
  double ServerGain() const override { return options_.rate * workers_ / options_.buffer; }

 private:
  const double workers_;
  const FedbuffOptions options_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeFedbuff(const SyncJob& job, FedbuffOptions options) {
  return std::make_unique<Fedbuff>(job, options);
}

}  // namespace propius
