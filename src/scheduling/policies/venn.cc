#include "scheduling/policies/venn.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scheduling/policies/venn_fairness.h"
#include "scheduling/policies/venn_groups.h"
#include "scheduling/policies/venn_order.h"
#include "scheduling/policies/venn_plan.h"
#include "scheduling/policies/venn_tiers.h"

namespace propius {
namespace {

class Venn final : public Policy {
 public:
  explicit Venn(const VennOptions& options) : options_(options) {}

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    if (options_.tiers > 1 && !seed_) seed_ = chance();
    const VennGroups grouped = GroupByDevices(seen);
    QueueUp(seen, grouped);

    std::vector<VennGroup> groups;
    groups.reserve(grouped.groups.size());
    for (std::size_t group = 0; group < grouped.groups.size(); ++group) {
      groups.push_back({.eligible = grouped.groups[group].eligible,
                        .supply = grouped.groups[group].supply,
                        .asked = std::span(asked_).subspan(begins_[group], begins_[group + 1] - begins_[group]),
                        .weight = weights_[group]});
    }
    std::vector<AtomSet> owned = ShareOutAtoms(groups, seen.supply.rates());

    Plan plan;
    plan.groups.resize(groups.size());
    for (std::size_t group = 0; group < groups.size(); ++group) {
      plan.groups[group].first = std::move(owned[group]);
      std::vector<JobId>& order = plan.groups[group].order;
      order.reserve(groups[group].asked.size());
      for (std::size_t at = begins_[group]; at < begins_[group + 1]; ++at) {
        order.push_back(seen.requests[queue_[at].index].job);
      }
      if (options_.tiers < 2) continue;
      const OpenRequest& head = seen.requests[queue_[begins_[group]].index];
      if (auto terms = TierOf(head, seen.experience, options_.tiers, *seed_)) plan.terms.push_back(std::move(*terms));
    }
    return plan;
  }

 private:
  // All groups' queues one after the other, each in the order in which its requests are served.
  void QueueUp(const Snapshot& seen, const VennGroups& grouped) {
    const std::size_t count = seen.requests.size();
    const auto sort_by = [&](auto key_of) {
      for (Keyed& item : queue_) item.key = key_of(item.index);
      SortByKey(queue_, room_);
    };
    // Inside its group, by a number.
    const auto in_group = [&](std::uint32_t index, std::uint32_t number) {
      return std::uint64_t{grouped.group_of[index]} << 32U | number;
    };

    // Sorting is stable, and requests come in the order of their jobs: the older job wins a tie. By the age of
    // requests, equals would take turns, and all of them end late.
    const auto by_job = [&] {
      queue_.resize(count);
      for (std::uint32_t index = 0; index < count; ++index) queue_[index].index = index;
    };

    by_job();
    sort_by([&](std::uint32_t index) { return in_group(index, seen.requests[index].demand); });
    AddUp(seen, grouped);

    WeighUp(seen, grouped);
    by_job();
    if (options_.fairness > 0) {
      sort_by([&](std::uint32_t index) { return OrderedBits(Need(seen.requests[index], shares_[index])); });
      sort_by([&](std::uint32_t index) { return in_group(index, 0); });
    } else {
      sort_by([&](std::uint32_t index) { return in_group(index, seen.requests[index].remaining); });
    }
  }

  void AddUp(const Snapshot& seen, const VennGroups& grouped) {
    asked_.resize(queue_.size());
    begins_.assign(grouped.groups.size() + 1, queue_.size());
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < queue_.size(); ++at) {
      const std::size_t group = grouped.group_of[queue_[at].index];
      if (begins_[group] > at) {
        begins_[group] = at;
        sum = 0;
      }
      sum += std::max(seen.requests[queue_[at].index].demand, 1U);
      asked_[at] = sum;
    }
  }

  void WeighUp(const Snapshot& seen, const VennGroups& grouped) {
    weights_.assign(grouped.groups.size(), 1);
    if (!(options_.fairness > 0)) return;
    std::vector<FairShare> sums(grouped.groups.size(), {.elapsed = 0, .fair = 0});
    shares_.clear();
    for (std::size_t index = 0; index < seen.requests.size(); ++index) {
      const KnownJob& job = seen.JobOf(seen.requests[index]);
      const std::uint32_t group = grouped.group_of[index];
      const Duration tail = seen.experience.Tail(job.job);
      shares_.push_back(FairShareOf(job, grouped.groups[group].supply, tail, seen.jobs.size(), seen.now));
      sums[group].elapsed += shares_.back().elapsed;
      sums[group].fair += shares_.back().fair;
    }
    for (std::size_t group = 0; group < sums.size(); ++group) {
      // A weight beyond these would make infinities of the sums that it enters.
      const double weight = std::pow(sums[group].elapsed / sums[group].fair, options_.fairness);
      weights_[group] = std::clamp(weight, 1e-100, 1e100);
    }
  }

  // The logarithm of d' = d (T / t)^epsilon: it orders alike, and no epsilon is too large for it.
  double Need(const OpenRequest& request, const FairShare& share) const {
    return std::log(static_cast<double>(std::max(request.remaining, 1U))) +
           options_.fairness * std::log(share.fair / share.elapsed);
  }

  VennOptions options_;
  std::optional<std::uint64_t> seed_;

  // Of the plan in the making; members only to keep their room.
  std::vector<Keyed> queue_;
  std::vector<Keyed> room_;
  std::vector<std::size_t> begins_;   // by group, in queue_ and asked_
  std::vector<std::uint64_t> asked_;  // sums within a group, in ascending order of demand
  std::vector<double> weights_;       // by group
  std::vector<FairShare> shares_;     // by request
};

}  // namespace

Result<std::unique_ptr<Policy>> MakeVenn(const VennOptions& options) {
  if (options.tiers < 1 || options.tiers > kMostTiers) {
    return Fail(Code::kInvalidArgument, "policy venn: expected 1 to " + std::to_string(kMostTiers) + " tiers, got " +
                                            std::to_string(options.tiers));
  }
  if (!std::isfinite(options.fairness) || options.fairness < 0) {
    return Fail(Code::kInvalidArgument,
                "policy venn: expected a fairness of 0 or more, got " + std::to_string(options.fairness));
  }
  return std::make_unique<Venn>(options);
}

}  // namespace propius
