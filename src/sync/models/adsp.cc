#include "sync/models/adsp.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sync/models/commit_rate_search.h"

namespace propius {
namespace {

// "To avoid divergence": a loss that rose by this factor between two checks starts a new search.
constexpr double kAlarm = 1.3;

class Adsp final : public SyncModel {
 public:
  Adsp(const SyncJob& job, AdspOptions options)
      : job_(job), options_(options), rate_(options.rate), search_(job.gamma, job.goal) {}

  std::string_view name() const override { return "adsp"; }
  std::optional<double> Knob() const override { return rate_; }
  double ServerGain() const override { return job_.Eta() * job_.workers; }

  Order Begin(const Standing& seen) override {
    began_ = seen.now;
    return Order::kGoOn;
  }

  Work NextWork(const Standing& seen, const WorkerClock& worker) override {
    Duration timer = Interval(seen, worker);
    if (!options_.overlap) timer -= worker.commit_time;
    timer = std::max(timer, options_.least_timer);
    if (options_.stagger && worker.commits == 0) {
      const auto place = static_cast<double>(worker.id % job_.workers) / job_.workers;
      timer += FromSeconds(place * Seconds(job_.gamma) / rate_);
    }
    return {.until = TrainFor{timer}, .overlap = options_.overlap};
  }

  bool MayProceed(const Standing& /*seen*/, const WorkerClock& /*worker*/) const override { return true; }
  Application Apply(const Standing& /*seen*/, const WorkerClock& /*worker*/, const CommitReport& /*report*/) override {
    return {.way = Application::Way::kAdd, .weight = job_.Eta()};
  }

  Duration Period() const override { return options_.search ? job_.gamma / 2 : job_.gamma; }

  void Tick(const Standing& seen) override {
    if (options_.search) {
      const double loss = seen.loss();
      if (search_.running()) search_.Sample(seen.now - began_, loss);
      half_way_ = !half_way_;
      if (half_way_) return;
      ConsiderSearch(seen, loss);
    }
    const double wanted = options_.search && searched_ ? search_.rate() : options_.rate;
    rate_ = std::min(wanted, HighestRate(seen));
    Compensate(seen);
  }

  void Save(Packer& to) const override {
    to.F64(rate_).I64(ToMicros(began_)).U8(half_way_).U8(searched_).I64(ToMicros(last_search_)).F64(last_loss_);
    to.I64(ToMicros(check_)).U64(target_);
    search_.Save(to);
  }
  void Load(Unpacker& from) override {
    rate_ = from.F64();
    began_ = FromMicros(from.I64());
    half_way_ = from.U8() != 0;
    searched_ = from.U8() != 0;
    last_search_ = FromMicros(from.I64());
    last_loss_ = from.F64();
    check_ = FromMicros(from.I64());
    target_ = from.U64();
    search_.Load(from);
  }

 private:
  // The first search waits for one period, which shows how long steps and commits take.
  void ConsiderSearch(const Standing& seen, double loss) {
    const bool alarmed = searched_ && loss >= kAlarm * last_loss_;
    last_loss_ = loss;
    if (search_.running()) return;
    if (searched_ && !alarmed && seen.now - last_search_ < options_.epoch) return;
    search_.Begin(searched_ ? search_.rate() : options_.rate, HighestRate(seen), loss);
    searched_ = true;
    last_search_ = seen.now;
  }

  // What commits may cost, and what the worst-placed worker can do at all.
  double HighestRate(const Standing& seen) const {
    double highest = 1e9;
    if (!options_.overlap && options_.commit_share < 1) {
      const double commit = Seconds(MedianCommitTime(seen));
      if (commit > 0) highest = std::max(1.0, std::floor(options_.commit_share * Seconds(job_.gamma) / commit));
    }
    for (const auto& [id, worker] : seen.workers) {
      if (worker.active) highest = std::min(highest, Feasible(worker, Seconds(job_.gamma)));
    }
    return highest;
  }

  // Commits in so many seconds, if each follows a single mini-batch: what a slow link cannot do is not asked of it.
  double Feasible(const WorkerClock& worker, double seconds) const {
    const double least = Seconds(worker.step_time + (options_.overlap ? Duration{} : worker.commit_time));
    return least > 0 ? std::max(1.0, std::floor(seconds / least)) : 1e9;
  }

  // From this commit to the next, Gamma / DeltaC_i. What is left of both is asked anew at every commit: a timer is
  // looked at after whole mini-batches only, and what it overshoots would add up.
  Duration Interval(const Standing& seen, const WorkerClock& worker) const {
    const double even = Seconds(job_.gamma) / rate_;
    const double left = Seconds(check_ - seen.now);
    if (target_ == 0 || left <= 0) return FromSeconds(even);
    const double due = static_cast<double>(target_) - static_cast<double>(worker.clock);
    // It has done its share: its next commit belongs to the next period.
    if (due < 1) return FromSeconds(left + even);
    return FromSeconds(left / std::min(due, Feasible(worker, left))) - worker.step_time / 2;
  }

  // DeltaC_i = C_target - c_i, so that all have committed equally often at the next check.
  void Compensate(const Standing& seen) {
    check_ = seen.now + job_.gamma;
    target_ = options_.compensate && rate_ >= 1 ? seen.highest + static_cast<std::uint64_t>(std::lround(rate_)) : 0;
  }

  const SyncJob job_;
  const AdspOptions options_;
  double rate_;               // in force
  Time check_;                // the next one
  std::uint64_t target_ = 0;  // C_target, everybody's commits at the next check; 0: none
  CommitRateSearch search_;
  bool half_way_ = false;
  bool searched_ = false;
  Time began_;
  Time last_search_;
  double last_loss_ = 0;
};

}  // namespace

std::unique_ptr<SyncModel> MakeAdsp(const SyncJob& job, AdspOptions options) {
  return std::make_unique<Adsp>(job, options);
}

}  // namespace propius
