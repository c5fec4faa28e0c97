// Shortest remaining service first.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

// Serves the request first that has the fewest devices still to be bound; among equals, that of the older job.
std::unique_ptr<Policy> MakeSrsf();

}  // namespace propius
