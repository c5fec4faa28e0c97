// Fluid priority with round care: beyond-venn.md. A long-term order of jobs by a fluid model of the fleet, and rounds
// that take no more devices than they can use.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

struct FluidOptions {
  // A job goes first before it takes 1 + 1.75 / ageing times as long as it would with Venn; 0: never.
  double ageing = 1;
};

// Orders jobs anew when one comes or goes or becomes urgent, when the supply has changed, and once a day. Where most
// jobs are of unknown task time, because they state no work or devices no speed, `without_speed` plans instead; if that
// is null, the order stays and rounds take their whole demand.
std::unique_ptr<Policy> MakeFluid(FluidOptions options, std::unique_ptr<Policy> without_speed);

}  // namespace propius
