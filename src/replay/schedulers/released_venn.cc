#include <algorithm>
#include <cmath>

#include "replay/schedulers/heap_queue.h"
#include "replay/schedulers/live_demand.h"
#include "replay/schedulers/recent_devices.h"
#include "replay/schedulers/released.h"
#include "scheduling/policies/venn_released.h"

namespace propius {
namespace {

class ReleasedVenn final : public ReplayScheduler {
 public:
  ReleasedVenn(const Kinds& kinds, std::span<const ReleasedJob> jobs)
      : jobs_(jobs),
        left_(jobs),
        recent_(kinds),
        queues_(kinds.predicates.size()),
        eligible_(kinds.predicates.size()),
        demands_(kinds.predicates.size()),
        owner_(kinds.meets.size()) {
    for (std::size_t kind = 0; kind < kinds.meets.size(); ++kind) {
      for (std::size_t predicate = 0; predicate < eligible_.size(); ++predicate) {
        if (kinds.Meets(static_cast<KindId>(kind), predicate)) eligible_[predicate].Add(static_cast<AtomId>(kind));
      }
    }
  }

  void Request(JobPlace place, double /*now*/) override {
    const ReleasedJob& job = jobs_[place];
    queues_[job.predicate].Push({job.demand, job.id, place});
    MakePlan();
    // A refused request stays in the queue.
    if (Hopeless(job)) {
      left_.Refuse(place);
    } else {
      left_.Ask(place);
    }
  }

  ReplayOffer Pick(const CheckIn& device) override {
    recent_.Add(device.kind, device.now);
    const HeapQueue* queue = owner_[device.kind];
    if (queue == nullptr) return {};
    // The smallest remaining demand; if the first has none left, it has the device all the same.
    JobPlace best = queue->entries().front().job;
    std::int64_t least = left_[best];
    for (const HeapQueue::Entry& entry : queue->entries()) {
      const std::int64_t left = left_[entry.job];
      if (0 < left && left < least) {
        best = entry.job;
        least = left;
      }
    }
    return {.job = best};
  }

  void Bound(ReplayOffer& offer, const CheckIn& /*device*/, double /*now*/) override {
    if (left_.finished(offer.job)) return;
    if (left_.Take(offer.job) == 0) Drop(offer.job);
  }

  void Closed(JobPlace job, bool /*completed*/, bool finished, double /*now*/) override {
    Drop(job);
    if (finished) left_.Finish(job);
  }

  std::uint64_t plans() const override { return plans_; }

 private:
  // Admission control: half the demand per minute of the deadline is more than what the last check-ins bring.
  bool Hopeless(const ReleasedJob& job) const {
    const double minutes = std::floor(job.deadline_s / 60);
    const std::optional<double> span = recent_.SpanOf(job.predicate);
    if (minutes <= 0 || !span) return false;
    return 0.5 * (job.demand / minutes) > RecentDevices::kTimes * 60 / std::max(1.0, *span);
  }

  void Drop(JobPlace job) {
    queues_[jobs_[job].predicate].Remove(job);
    MakePlan();
  }

  void MakePlan() {
    ++plans_;
    const std::vector<double>& devices = recent_.devices();
    std::vector<std::size_t> ascending = recent_.FirstMet();
    std::vector<double> supply(eligible_.size());
    for (const std::size_t predicate : ascending) supply[predicate] = eligible_[predicate].Weight(devices);
    std::ranges::stable_sort(ascending, {}, [&](std::size_t predicate) { return supply[predicate]; });
    for (std::size_t predicate = 0; predicate < queues_.size(); ++predicate) {
      std::vector<double>& demands = demands_[predicate];
      demands.clear();
      for (const HeapQueue::Entry& entry : queues_[predicate].entries()) demands.push_back(entry.amount);
      std::ranges::sort(demands);
    }
    const std::vector<AtomSet> shares = DivideAsReleased({devices, eligible_, ascending, demands_});
    std::ranges::fill(owner_, nullptr);
    for (std::size_t predicate = 0; predicate < queues_.size(); ++predicate) {
      if (queues_[predicate].empty()) continue;
      // A kind that none of the remembered check-ins had is in no share.
      shares[predicate].ForEach([&](AtomId kind) {
        if (devices[kind] > 0) owner_[kind] = &queues_[predicate];
      });
    }
  }

  std::span<const ReleasedJob> jobs_;
  LiveDemand left_;
  RecentDevices recent_;
  std::vector<HeapQueue> queues_;             // by predicate
  std::vector<AtomSet> eligible_;             // by predicate: kinds that meet it
  std::vector<std::vector<double>> demands_;  // by predicate, of the latest plan
  std::vector<const HeapQueue*> owner_;       // by kind; null: nobody is served with it
  std::uint64_t plans_ = 0;
};

}  // namespace

std::unique_ptr<ReplayScheduler> MakeReleasedVenn(const Kinds& kinds, std::span<const ReleasedJob> jobs) {
  return std::make_unique<ReleasedVenn>(kinds, jobs);
}

}  // namespace propius
