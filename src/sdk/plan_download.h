// Fetches a plan from a leaf.
#pragma once

#include <string>

#include "base/rng.h"
#include "fetch/fetch.h"
#include "sdk/held_task.h"

namespace propius {

// The plan with the digest of the assignment. Tries again while the plan is not published, or the leaf is not there,
// until the task's life is over (kAborted). kDataLoss: the bytes have another digest. `first_limit`: of the first
// transfer.
Result<std::string> DownloadPlan(Fetcher& fetcher, const HeldAssignment& held, const TaskLife& life,
                                 Duration first_limit, Rng chance);

}  // namespace propius
