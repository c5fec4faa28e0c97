// Runs as they are asked for, on the replay of the released rules or on the production desks.
#pragma once

#include "experiments/run.h"
#include "scheduling/registry.h"

namespace propius {

// `policies` outlives what is made.
Simulate MakeSimulator(const PolicyRegistry& policies);

// Fails on a policy that nobody knows, or that these rules do not have; for a clear word before anything runs.
Status CheckPolicy(const std::string& policy, EventRules rules, const PolicyRegistry& policies);

}  // namespace propius
