// Shortest remaining service first, over all rounds.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

// Serves the job first that has the fewest devices still to be bound until it ends: of its current round, and of the
// rounds after it as far as the job announced them at registration. A job that outlives its announcement counts with
// its current round. Among equals, the request that was made first.
std::unique_ptr<Policy> MakeSrsfTotal();

}  // namespace propius
