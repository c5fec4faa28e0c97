#include "scheduling/policies/venn_fairness.h"

#include <algorithm>

namespace propius {

FairShare FairShareOf(const KnownJob& job, double supply, Duration tail, std::size_t jobs, Time now) {
  const double demand = std::max(static_cast<double>(job.demand), 1.0);
  const double limit = Seconds(job.round_limit);
  const double acquisition = supply > 0 ? std::min(demand / supply, limit) : limit;
  const double round = std::max(acquisition + Seconds(tail), 1.0);
  const double rounds_alone = std::max(static_cast<double>(job.rounds), 1.0);
  return {.elapsed = std::max(Seconds(now - job.registered_at), round),
          .fair = std::max(static_cast<double>(jobs), 1.0) * rounds_alone * round};
}

}  // namespace propius
