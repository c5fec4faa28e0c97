// Venn's Algorithm 2: when a round is better off with devices of one speed alone (Venn section 4.3; venn.md 1.5).
#pragma once

#include <cstdint>
#include <optional>

#include "scheduling/policy.h"

namespace propius {

// The most tiers whose samples a profile can hold.
constexpr std::uint32_t kMostTiers = 10;

// The tier that the request is bound to, or nothing if it is better served by whoever comes. The tier is drawn from
// `seed`, the job and the round, and so stays while the round lasts. It is taken if it shortens the round, going by the
// last one: `tiers` times the scheduling delay plus its share of the response time is less than both as they were, and
// fits before the deadline; more times, if some devices do not say how fast they are. Never in a job's first round, and
// never before each tier has 50 samples.
std::optional<JobTerms> TierOf(const OpenRequest& request, const Experience& experience, std::uint32_t tiers,
                               std::uint64_t seed);

}  // namespace propius
