// Policies under the released event rules, driven as the control plane drives them: Policy, Supply, Experience and
// Matcher, planned on every request, on the bind that fills a round and on every close.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "replay/replay.h"
#include "replay/scheduler.h"

namespace propius {

// Demand goes down when the device takes the task, as in the authors' simulator, which so gives a round up to two
// seconds' offers too many; for jobs with round care it goes down with the offer. `workload` and `kinds` outlive it.
Result<std::unique_ptr<ReplayScheduler>> MakeProduction(const Workload& workload, const ReplayOptions& options,
                                                        const Kinds& kinds, std::uint64_t seed);

}  // namespace propius
