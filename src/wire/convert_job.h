// The job database's entries as messages (paper Table 2), and the end of a round as root and control plane tell it.
#pragma once

#include "base/result.h"
#include "domain/round.h"
#include "propius/v1/job_manager.pb.h"
#include "propius/v1/scheduler.pb.h"

namespace propius {

// Whole milliseconds since the epoch, rounded down.
std::int64_t ToUnixMs(Time time);

v1::Job ToMessage(const Job& job);
// Without `reported`, which the job database does not count.
v1::RoundStatus ToMessage(const Round& round);

v1::CloseRoundRequest ToMessage(const RoundClosure& closure);
// Fails on an outcome that does not end a round.
Result<RoundClosure> FromMessage(const v1::CloseRoundRequest& message);
v1::CloseRoundResponse ToMessage(const BindCensus& census);
// Fails on bitmaps with slots that were never bound.
Result<BindCensus> FromMessage(const v1::CloseRoundResponse& message);

}  // namespace propius
