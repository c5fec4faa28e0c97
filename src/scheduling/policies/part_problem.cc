#include "scheduling/policies/part_problem.h"

#include <algorithm>

namespace propius {

void PartProblem::AddRequest(OpenRequest request) {
  const auto job = std::ranges::lower_bound(jobs_, request.job, {}, &KnownJob::job);
  request.known = static_cast<std::uint32_t>(job - jobs_.begin());
  requests_.push_back(request);
}

}  // namespace propius
