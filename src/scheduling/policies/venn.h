// Contention-aware scheduling: scarce devices to those who have no others, and the shortest first (Venn, MLSys 2025).
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "scheduling/policy.h"

namespace propius {

struct VennOptions {
  std::uint32_t tiers = 1;  // 1 is no tier matching
  double fairness = 0;      // epsilon: 0 is the shortest average, the more the nearer to max-min
};

// One group for each set of devices, the scarcest first, so that a device that its own group has no use for serves the
// next one that it can. Inside a group the request comes first that has the fewest devices still to be bound; among
// equals, that of the older job. Fails on fewer than 1 tier or more than kMostTiers, and on a fairness that is
// negative or not finite.
Result<std::unique_ptr<Policy>> MakeVenn(const VennOptions& options = {});

}  // namespace propius
