// Many small problems instead of a large one (paper section 3.2; POP, Narayanan et al., SOSP 2021).
#pragma once

#include <memory>
#include <vector>

#include "base/workers.h"
#include "scheduling/policy.h"

namespace propius {

// Jobs and devices are cut at random into as many parts as there are `inner` policies, at least one and at most as many
// as there are jobs, alike in their numbers of jobs and of devices; each part is planned apart by a policy of its own.
// A job stays in its part as long as that is fair. Devices that their part has no use for are lent to the others, so
// that a large job is not held to its part. `workers`, which outlive the policy, plan parts beside the caller; the plan
// is the same without them. Null: none.
std::unique_ptr<Policy> MakePartitioned(std::vector<std::unique_ptr<Policy>> inner, Workers* workers = nullptr);

}  // namespace propius
