// The fleet as it would be in Venn's hands: what ageing measures lateness by.
#pragma once

#include <vector>

#include "scheduling/policies/fluid_view.h"
#include "scheduling/policy.h"

namespace propius {

// Rounds per second of each job, by index of the snapshot, if Venn's plan shared out the fleet among the `waiting`
// ones: the smallest round first, equal ones in turn, and what a plan leaves over by another plan for the rest. Every
// job that waits gets something, those that do not get nothing.
std::vector<double> SpeedsWithVenn(const Snapshot& seen, const FluidView& view, const std::vector<bool>& waiting);

}  // namespace propius
