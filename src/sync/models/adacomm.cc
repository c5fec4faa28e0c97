#include "sync/models/adacomm.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sync/barrier.h"

namespace propius {
namespace {

constexpr std::array<std::uint32_t, 8> kGrid{1, 5, 10, 20, 40, 60, 80, 100};

class Adacomm final : public Barrier {
 public:
  explicit Adacomm(AdacommOptions options)
      : options_(options), searching_(options.first == 0), first_(options.first), steps_(options.first) {
    if (searching_) steps_ = kGrid[0];
  }

  std::string_view name() const override { return "adacomm"; }
  std::optional<double> Knob() const override { return steps_; }

  Order Begin(const Standing& seen) override {
    since_ = seen.now;
    first_loss_ = seen.loss();
    return searching_ ? Order::kRemember : Order::kGoOn;
  }

  Work NextWork(const Standing& /*seen*/, const WorkerClock& /*worker*/) override {
    return {.until = TrainSteps{steps_}};
  }

  // A trial, and a period, can only end where a round does.
  Order Closed(const Standing& seen) override {
    // Where nobody tests the parameters, the loss is known once workers have told theirs.
    if (first_loss_ <= 0) {
      first_loss_ = seen.loss();
      since_ = seen.now;
      return Order::kGoOn;
    }
    if (seen.now - since_ < options_.period) return Order::kGoOn;
    if (searching_) return EndTrial(seen);
    Adapt(seen);
    since_ = seen.now;
    return Order::kGoOn;
  }

  void Save(Packer& to) const override {
    to.U8(searching_).U32(first_).U32(steps_).U32(trial_).U32(best_).F64(best_fall_).F64(first_loss_);
    to.I64(ToMicros(since_));
  }
  void Load(Unpacker& from) override {
    searching_ = from.U8() != 0;
    first_ = from.U32();
    steps_ = from.U32();
    trial_ = from.U32();
    searching_ = searching_ && trial_ < kGrid.size();
    best_ = from.U32();
    best_fall_ = from.F64();
    first_loss_ = from.F64();
    since_ = FromMicros(from.I64());
  }

 private:
  Order EndTrial(const Standing& seen) {
    // Per second: a trial of many local steps outlasts the period, which is no merit of its own.
    const double fall = (first_loss_ - seen.loss()) / Seconds(seen.now - since_);
    if (fall > best_fall_) {
      best_fall_ = fall;
      best_ = kGrid.at(trial_);
    }
    since_ = seen.now;
    if (++trial_ < kGrid.size()) {
      steps_ = kGrid.at(trial_);
    } else {
      searching_ = false;
      steps_ = first_ = best_;
    }
    return Order::kReturn;
  }

  void Adapt(const Standing& seen) {
    const double share = std::max(0.0, seen.loss()) / std::max(first_loss_, 1e-12);
    const double wanted = std::ceil(std::sqrt(share) * first_);
    if (wanted < steps_) {
      steps_ = static_cast<std::uint32_t>(wanted);
    } else if (!CommitsDominate(seen)) {
      steps_ = static_cast<std::uint32_t>(std::ceil(options_.shrink * steps_));
    }
    steps_ = std::max(steps_, std::min(options_.least, first_));
  }

  bool CommitsDominate(const Standing& seen) const {
    return Seconds(MedianCommitTime(seen)) > options_.commit_share * steps_ * Seconds(MedianStepTime(seen));
  }

  const AdacommOptions options_;
  bool searching_;
  std::uint32_t first_;  // tau_0
  std::uint32_t steps_;  // tau
  std::uint32_t trial_ = 0;
  std::uint32_t best_ = kGrid[0];
  double best_fall_ = -1e300;
  double first_loss_ = 0;  // F_0
  Time since_;
};

}  // namespace

std::unique_ptr<SyncModel> MakeAdacomm(AdacommOptions options) { return std::make_unique<Adacomm>(options); }

}  // namespace propius
