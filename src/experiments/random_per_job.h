// Random as the authors of Propius have it: one number per job, drawn once.
#pragma once

#include "scheduling/registry.h"

namespace propius {

// Adds `random_per_job`: the job with the highest number is served first all its life. `random` draws for every request
// instead, so that luck evens out over the rounds.
void AddRandomPerJob(PolicyRegistry& policies);

}  // namespace propius
