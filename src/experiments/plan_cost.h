// What one plan of a policy costs.
#pragma once

#include <cstdint>
#include <string>

#include "scheduling/registry.h"

namespace propius {

struct PlanCost {
  double first_us = 0;  // the first plan of these jobs: what a policy remembers, it has to work out
  double usual_us = 0;  // median of later ones, each after one request has changed
};

// With `jobs` open jobs in `groups` different requirements, on a drawn fleet.
Result<PlanCost> MeasurePlanCost(const PolicyRegistry& policies, const std::string& policy, std::uint32_t jobs,
                                 std::uint32_t groups);

}  // namespace propius
