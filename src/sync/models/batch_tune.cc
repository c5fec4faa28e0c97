#include "sync/models/batch_tune.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace propius {
namespace {

class BatchTune final : public SyncModel {
 public:
  BatchTune(const SyncJob& job, std::unique_ptr<SyncModel> inner)
      : job_(job), inner_(std::move(inner)), name_("batch_tune:" + std::string(inner_->name())) {}

  std::string_view name() const override { return name_; }
  PushForm push_form() const override { return inner_->push_form(); }
  Order Begin(const Standing& seen) override {
    checked_ = seen.now;
    return inner_->Begin(seen);
  }

  Work NextWork(const Standing& seen, const WorkerClock& worker) override {
    Work work = inner_->NextWork(seen, worker);
    const auto found = batches_.find(worker.id);
    work.batch = found == batches_.end() ? job_.batch : found->second;
    return work;
  }
  bool MayProceed(const Standing& seen, const WorkerClock& worker) const override {
    return inner_->MayProceed(seen, worker);
  }
  Application Apply(const Standing& seen, const WorkerClock& worker, const CommitReport& report) override {
    return inner_->Apply(seen, worker, report);
  }
  std::optional<double> Close(const Standing& seen) const override { return inner_->Close(seen); }
  Order Closed(const Standing& seen) override { return inner_->Closed(seen); }

  Duration Period() const override { return inner_->Period() > Duration{} ? inner_->Period() : job_.gamma; }
  void Tick(const Standing& seen) override {
    if (inner_->Period() > Duration{}) inner_->Tick(seen);
    if (seen.now - checked_ < job_.gamma) return;
    checked_ = seen.now;
    Retune(seen);
  }

  std::uint32_t MostHeld(std::uint32_t workers) const override { return inner_->MostHeld(workers); }
  double ServerGain() const override { return inner_->ServerGain(); }
  std::optional<double> Knob() const override { return inner_->Knob(); }

  void Save(Packer& to) const override {
    to.I64(ToMicros(checked_)).U32(static_cast<std::uint32_t>(batches_.size()));
    for (const auto& [id, batch] : batches_) to.U64(id).U32(batch);
    inner_->Save(to);
  }
  void Load(Unpacker& from) override {
    checked_ = FromMicros(from.I64());
    batches_.clear();
    for (std::uint32_t left = from.U32(); left > 0 && !from.Failed(); --left) {
      const WorkerId id = from.U64();
      batches_[id] = from.U32();
    }
    inner_->Load(from);
  }

 private:
  void Retune(const Standing& seen) {
    std::map<WorkerId, double> speeds;  // images per second
    double sum = 0;
    for (const auto& [id, worker] : seen.workers) {
      if (!worker.active || worker.step_time <= Duration{}) continue;
      const std::uint32_t batch = worker.batch > 0 ? worker.batch : job_.batch;
      sum += speeds[id] = batch / Seconds(worker.step_time);
    }
    batches_.clear();
    for (const auto& [id, speed] : speeds) {
      const double share = job_.batch * static_cast<double>(speeds.size()) * speed / sum;
      batches_[id] = static_cast<std::uint32_t>(std::max(1.0, std::floor(share)));
    }
  }

  const SyncJob job_;
  const std::unique_ptr<SyncModel> inner_;
  const std::string name_;
  std::map<WorkerId, std::uint32_t> batches_;
  Time checked_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeBatchTune(const SyncJob& job, std::unique_ptr<SyncModel> inner) {
  return std::make_unique<BatchTune>(job, std::move(inner));
}

}  // namespace propius
