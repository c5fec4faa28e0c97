#include "sync/models/ssp.h"

namespace propius {
namespace {

class Ssp final : public SyncModel {
 public:
  Ssp(const SyncJob& job, SspOptions options) : eta_(job.Eta()), workers_(job.workers), options_(options) {}

  std::string_view name() const override { return "ssp"; }
  Work NextWork(const Standing& /*seen*/, const WorkerClock& worker) override {
    const bool never_pulled = worker.commits == 0;
    return {.until = TrainSteps{1},
            .pull = !options_.lazy_pull || never_pulled || worker.clock - worker.seen_lowest >= options_.bound};
  }
  bool MayProceed(const Standing& seen, const WorkerClock& worker) const override {
    return worker.clock - seen.lowest < options_.bound;
  }
  Application Apply(const Standing& /*seen*/, const WorkerClock& /*worker*/, const CommitReport& /*report*/) override {
    return {.way = Application::Way::kAdd, .weight = eta_};
  }
  double ServerGain() const override { return eta_ * workers_; }

 private:
  const double eta_;
  const double workers_;
  const SspOptions options_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeSsp(const SyncJob& job, SspOptions options) {
  return std::make_unique<Ssp>(job, options);
}

}  // namespace propius
