// Least attained service first.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

// Serves the job first that has been given the fewest devices since it registered, so that nothing need be known of
// what is still to come. Among equals, the request that was made first.
std::unique_ptr<Policy> MakeLas();

}  // namespace propius
