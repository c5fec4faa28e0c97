// Runs as they are asked for, on the replay of the released rules or on the production desks.
#pragma once

#include "experiments/run.h"
#include "scheduling/registry.h"

namespace propius {

// `policies` and `workers` outlive what is made. Workers plan the parts of `partitioned` beside the run; null: none.
Simulate MakeSimulator(const PolicyRegistry& policies, Workers* workers = nullptr);

// Fails on a policy that nobody knows, or that these rules do not have; for a clear word before anything runs.
Status CheckPolicy(const std::string& policy, EventRules rules, const PolicyRegistry& policies);

}  // namespace propius
