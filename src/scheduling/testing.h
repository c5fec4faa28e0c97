// Literals for the tests of policies.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduling/policy.h"

namespace propius {

class EmptyCensus final : public Census {
 public:
  std::int64_t Size() const override { return 0; }
  std::int64_t SubsetSize(const Constraint& /*constraint*/) const override { return 0; }
};

inline OpenRequest RequestOf(std::uint64_t job) {
  return {.job = {job},
          .tenant = "team",
          .needs = {},
          .registered_at = Time(1s),
          .requested_at = Time(2s),
          .round = {1},
          .demand = 10,
          .remaining = 10};
}

// The jobs of the one group that the policy makes of `requests`.
inline std::vector<std::uint64_t> OrderOf(Policy& policy, const std::vector<OpenRequest>& requests, Rng& chance) {
  const EmptyCensus census;
  std::vector<std::uint64_t> order;
  for (const Group& group : policy.MakePlan({Time(10s), requests, census}, chance)) {
    for (const JobId job : group.order) order.push_back(job.value);
  }
  return order;
}

}  // namespace propius
