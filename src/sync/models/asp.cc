#include "sync/models/asp.h"

namespace propius {
namespace {

class Asp final : public SyncModel {
 public:
  explicit Asp(const SyncJob& job) : eta_(job.Eta()), workers_(job.workers) {}

  std::string_view name() const override { return "asp"; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override { return {.until = TrainSteps{1}}; }
  bool MayProceed(const Standing& /*seen*/, const WorkerClock& /*worker*/) const override { return true; }
  Application Apply(const Standing& /*seen*/, const WorkerClock& /*worker*/, const CommitReport& /*report*/) override {
    return {.way = Application::Way::kAdd, .weight = eta_};
  }
  double ServerGain() const override { return eta_ * workers_; }

 private:
  const double eta_;
  const double workers_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeAsp(const SyncJob& job) { return std::make_unique<Asp>(job); }

}  // namespace propius
