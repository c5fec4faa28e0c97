// Jobs and fleet as the fluid model takes them, from what a policy sees.
#pragma once

#include "scheduling/policies/fluid_model.h"
#include "scheduling/policy.h"

namespace propius {

// Rounds that a job is still good for. Registered totals are claims: a tenth of the claim is always left, and a job
// that overran it is taken to need as much again as it overran.
double RoundsLeft(const KnownJob& job);

// How many times longer than alone on the fleet the job is going to be here, waiting and all, if it were alone from now
// on; at least 1.
double Slowdown(const KnownJob& job, double seconds_alone, Time now);

// Index i of the model is job i of the snapshot. `ageing` is the exponent with which slowdowns weigh; 0 weighs all
// alike.
FluidModel ViewAsFluid(const Snapshot& seen, double ageing);

}  // namespace propius
