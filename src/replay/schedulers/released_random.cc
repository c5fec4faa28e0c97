#include <algorithm>
#include <utility>

#include "base/rng.h"
#include "replay/open_ranks.h"
#include "replay/schedulers/live_demand.h"
#include "replay/schedulers/released.h"

namespace propius {
namespace {

class ReleasedRandom final : public ReplayScheduler {
 public:
  ReleasedRandom(const Kinds& kinds, std::span<const ReleasedJob> jobs, std::uint64_t seed)
      : jobs_(jobs),
        left_(jobs),
        started_ranks_(kinds, jobs.size()),
        waiting_ranks_(kinds, jobs.size()),
        rank_(jobs.size(), OpenRanks::kNone),
        started_(jobs.size()),
        score_(jobs.size(), -1),
        chance_(seed) {}

  void Request(JobPlace job, double /*now*/) override {
    left_.Ask(job);
    if (score_[job] < 0) order_.push_back(job);
    score_[job] = chance_.Uniform();
    ++plans_;
    std::ranges::stable_sort(order_, {}, [&](JobPlace each) { return score_[each]; });
    waiting_ranks_.Clear();
    for (std::uint32_t rank = 0; rank < order_.size(); ++rank) {
      rank_[order_[rank]] = rank;
      Show(order_[rank]);
    }
  }

  ReplayOffer Pick(const CheckIn& device) override {
    const std::uint32_t place = started_ranks_.First(device.kind);
    if (place != OpenRanks::kNone) return {.job = place};
    const std::uint32_t rank = waiting_ranks_.First(device.kind);
    if (rank == OpenRanks::kNone) return {};
    const JobPlace job = order_[rank];
    started_[job] = true;
    Show(job);
    return {.job = job};
  }

  void Bound(ReplayOffer& offer, const CheckIn& /*device*/, double /*now*/) override {
    const JobPlace job = offer.job;
    if (left_.finished(job)) return;
    const std::int64_t left = left_.Take(job);
    if (left == 0) started_[job] = false;
    if (left <= 0) Show(job);
  }

  void Closed(JobPlace job, bool /*completed*/, bool finished, double /*now*/) override {
    if (!finished) return;
    left_.Finish(job);
    Show(job);
    std::erase(order_, job);
    for (std::uint32_t rank = 0; rank < order_.size(); ++rank) rank_[order_[rank]] = rank;
    waiting_ranks_.Clear();
    for (const JobPlace each : order_) Show(each);
  }

  std::uint64_t plans() const override { return plans_; }

 private:
  void Show(JobPlace job) {
    const bool open = left_[job] > 0;
    started_ranks_.Set(job, jobs_[job].predicate, open && started_[job]);
    waiting_ranks_.Set(rank_[job], jobs_[job].predicate, open);
  }

  std::span<const ReleasedJob> jobs_;
  LiveDemand left_;
  OpenRanks started_ranks_;  // by place in the list
  OpenRanks waiting_ranks_;  // by place in order_
  std::vector<JobPlace> order_;
  std::vector<std::uint32_t> rank_;  // by job: its place in order_
  std::vector<bool> started_;        // has been served, and not had all since
  std::vector<double> score_;
  Rng chance_;
  std::uint64_t plans_ = 0;
};

}  // namespace

std::unique_ptr<ReplayScheduler> MakeReleasedRandom(const Kinds& kinds, std::span<const ReleasedJob> jobs,
                                                    std::uint64_t seed) {
  return std::make_unique<ReleasedRandom>(kinds, jobs, seed);
}

}  // namespace propius
