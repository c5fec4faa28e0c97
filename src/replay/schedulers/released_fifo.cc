#include "replay/open_ranks.h"
#include "replay/schedulers/live_demand.h"
#include "replay/schedulers/released.h"

namespace propius {
namespace {

class ReleasedFifo final : public ReplayScheduler {
 public:
  ReleasedFifo(const Kinds& kinds, std::span<const ReleasedJob> jobs)
      : jobs_(jobs), left_(jobs), open_(kinds, jobs.size()), rank_(jobs.size(), OpenRanks::kNone) {}

  void Request(JobPlace job, double /*now*/) override {
    if (rank_[job] == OpenRanks::kNone) {
      rank_[job] = static_cast<std::uint32_t>(order_.size());
      order_.push_back(job);
    }
    left_.Ask(job);
    Show(job);
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
  }

 private:
  void Show(JobPlace job) { open_.Set(rank_[job], jobs_[job].predicate, left_[job] > 0); }

  std::span<const ReleasedJob> jobs_;
  LiveDemand left_;
  OpenRanks open_;
  std::vector<JobPlace> order_;
  std::vector<std::uint32_t> rank_;  // by job
};

}  // namespace

std::unique_ptr<ReplayScheduler> MakeReleasedFifo(const Kinds& kinds, std::span<const ReleasedJob> jobs) {
  return std::make_unique<ReleasedFifo>(kinds, jobs);
}

}  // namespace propius
