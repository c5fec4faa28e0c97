#include <algorithm>

#include "replay/open_ranks.h"
#include "replay/schedulers/live_demand.h"
#include "replay/schedulers/released.h"

namespace propius {
namespace {

class ReleasedSrsf final : public ReplayScheduler {
 public:
  ReleasedSrsf(const Kinds& kinds, std::span<const ReleasedJob> jobs)
      : jobs_(jobs),
        left_(jobs),
        open_(kinds, jobs.size()),
        rank_(jobs.size(), OpenRanks::kNone),
        known_(jobs.size()) {}

  void Request(JobPlace job, double /*now*/) override {
    if (!known_[job]) {
      known_[job] = true;
      arrived_.push_back(job);
    }
    left_.Ask(job);
    if (jobs_[job].demand > 1) {
      SortAnew();
    } else {
      Show(job);  // in the order only if it was when that was made
    }
  }

  ReplayOffer Pick(const CheckIn& device) override {
    const std::uint32_t rank = open_.First(device.kind);
    return {.job = rank == OpenRanks::kNone ? kNoJob : order_[rank]};
  }

  void Bound(ReplayOffer& offer, const CheckIn& /*device*/, double /*now*/) override {
    if (left_.Take(offer.job) <= 0) Show(offer.job);
  }

  void Closed(JobPlace job, bool /*completed*/, bool finished, double /*now*/) override {
    if (!finished) return;
    left_.Finish(job);
    Show(job);
    std::erase(arrived_, job);
  }

  std::uint64_t plans() const override { return plans_; }

 private:
  void SortAnew() {
    ++plans_;
    for (const JobPlace job : order_) rank_[job] = OpenRanks::kNone;
    order_.clear();
    for (const JobPlace job : arrived_) {
      if (left_[job] > 0) order_.push_back(job);
    }
    std::ranges::stable_sort(order_, {}, [&](JobPlace job) { return left_[job]; });
    open_.Clear();
    for (std::uint32_t rank = 0; rank < order_.size(); ++rank) {
      rank_[order_[rank]] = rank;
      open_.Set(rank, jobs_[order_[rank]].predicate, true);
    }
  }

  void Show(JobPlace job) {
    if (rank_[job] != OpenRanks::kNone) open_.Set(rank_[job], jobs_[job].predicate, left_[job] > 0);
  }

  std::span<const ReleasedJob> jobs_;
  LiveDemand left_;
  OpenRanks open_;
  std::vector<JobPlace> order_;
  std::vector<std::uint32_t> rank_;  // by job: its place in order_
  std::vector<bool> known_;
  std::vector<JobPlace> arrived_;  // unfinished ones, in the order of their first requests
  std::uint64_t plans_ = 0;
};

}  // namespace

std::unique_ptr<ReplayScheduler> MakeReleasedSrsf(const Kinds& kinds, std::span<const ReleasedJob> jobs) {
  return std::make_unique<ReleasedSrsf>(kinds, jobs);
}

}  // namespace propius
