// Venn's fairness knob: how far a job is from the share that it would have had among equals (Venn section 4.4; venn.md
// 1.6).
#pragma once

#include <cstddef>

#include "base/time.h"
#include "scheduling/policy.h"

namespace propius {

// In seconds, both above 0.
struct FairShare {
  double elapsed = 1;  // t: since it registered, at least one round alone
  double fair = 1;     // T: what all its rounds would take if `jobs` jobs took turns
};

// Alone, a round takes the time to acquire its devices from `supply`, at most its limit, and then `tail` (the time from
// the last device to the close). The paper leaves open what t is. Time elapsed raises the jobs that are late against
// their fair share and costs what the paper's Fig. 14 shows; service attained makes the knob worse than random order
// (docs/decisions/0009-venn-fairness.md).
FairShare FairShareOf(const KnownJob& job, double supply, Duration tail, std::size_t jobs, Time now);

}  // namespace propius
