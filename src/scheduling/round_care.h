// The rules of round care: which devices a round still takes, and which rounds go before their turn. Beyond-venn.md 1.B
// and 1.C, as pure functions that the matcher asks for every candidate.
#pragma once

#include <optional>

#include "scheduling/experience.h"
#include "scheduling/policy.h"

namespace propius {

// May this round have this device? `task` is the time that the device is expected to take. A device whose time is not
// known is taken wherever the round has need: whether it is in time is not known.
bool MayTake(const RoundCare& care, const RoundStanding& round, Time now, std::optional<Duration> task);

// Is this round so near to its target, and so near to failing, that it is served before everyone's turn?
bool NeedsRescue(const RoundCare& care, const RoundStanding& round, Time now);

}  // namespace propius
