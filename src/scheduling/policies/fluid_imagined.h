// The fleet as it would be in Venn's hands: what ageing measures lateness by.
#pragma once

#include <vector>

#include "scheduling/policies/fluid_view.h"
#include "scheduling/policy.h"

namespace propius {

// Rounds per second of each job, by index of the snapshot, if Venn's plan shared out the fleet among the `waiting`
// ones: devices of the group's own first, the smallest round first, then what is left over; and at least half of an
// even share of the group's devices. Jobs that do not wait get nothing.
std::vector<double> SpeedsWithVenn(const Snapshot& seen, const FluidView& view, const std::vector<bool>& waiting);

}  // namespace propius
