// Literals for the tests of policies.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "scheduling/policy.h"

namespace propius {

class EmptyCensus final : public Census {
 public:
  std::int64_t Size() const override { return 0; }
  std::int64_t SubsetSize(const Constraint& /*constraint*/) const override { return 0; }
};

// A snapshot that owns what it shows. Jobs are added in ascending order of their ids.
struct SeenByPolicy {
  // One job with an open request of 10 devices; the caller changes what its test is about.
  struct Added {
    KnownJob& job;
    OpenRequest& request;
  };
  Added Add(std::uint64_t id, const Constraint& needs = {}) {
    const PredicateId predicate = supply.Watch(needs, [](const auto&) {});
    jobs.push_back({.job = {id},
                    .tenant = "team",
                    .predicate = predicate,
                    .registered_at = Time(1s),
                    .round_limit = 10min,
                    .demand = 10,
                    .target = 10,
                    .rounds = 5});
    requests.push_back({.job = {id},
                        .round = {1},
                        .known = static_cast<std::uint32_t>(jobs.size() - 1),
                        .requested_at = Time(2s),
                        .deadline = Time(602s),
                        .demand = 10,
                        .remaining = 10});
    return {jobs.back(), requests.back()};
  }

  Snapshot At(Time when) const { return {when, jobs, requests, census, supply, experience}; }

  Time now = Time(10s);
  std::vector<KnownJob> jobs;
  std::vector<OpenRequest> requests;
  EmptyCensus census;
  Supply supply;
  Experience experience;
};

// The jobs of a plan's groups, one group after the other.
inline std::vector<std::uint64_t> OrderOf(const Plan& plan) {
  std::vector<std::uint64_t> order;
  for (const Group& group : plan.groups) {
    for (const JobId job : group.order) order.push_back(job.value);
  }
  return order;
}

inline std::vector<std::uint64_t> OrderOf(Policy& policy, const SeenByPolicy& seen, Rng& chance) {
  return OrderOf(policy.MakePlan(seen.At(seen.now), chance));
}

}  // namespace propius
