// Venn's fairness knob: how far a job is from the share that it would have had among equals (Venn section 4.4; venn.md
// 1.6).
#pragma once

#include <cstddef>

#include "base/time.h"
#include "scheduling/policy.h"

namespace propius {

// In seconds, both above 0.
struct FairShare {
  double attained = 1;  // t: what its rounds so far would have taken it alone, one round at least
  double fair = 1;      // T: what all its rounds would take if `jobs` jobs took turns
};

// Alone, a round takes the time to acquire its devices from `supply`, at most its limit, and then `tail` (the time from
// the last device to the close). t is service attained and not time elapsed: only so does waiting raise a job, and the
// limit of the knob become max-min.
FairShare FairShareOf(const KnownJob& job, double supply, Duration tail, std::size_t jobs);

}  // namespace propius
