// Jobs and fleet as the fluid model takes them, from what a policy sees.
#pragma once

#include <vector>

#include "scheduling/policies/fluid_model.h"
#include "scheduling/policy.h"

namespace propius {

// Rounds that a job is still good for. Registered totals are claims: a tenth of the claim is always left, and a job
// that overran it is taken to need as much again as it overran.
double RoundsLeft(const KnownJob& job);

// To be bound for one round, for as many answers as complete it at this share of success.
double DevicesOfARound(const KnownJob& job, double success);

// Job i is job i of the snapshot.
struct FluidView {
  FluidFleet fleet;
  std::vector<FluidJob> jobs;
};
FluidView ViewAsFluid(const Snapshot& seen);

}  // namespace propius
