// What a root demands of a segment before it looks at the round's state: a bad leaf can do no more than the devices of
// its slots could (guarantees G14).
#pragma once

#include "aggregation/reducer.h"
#include "dataplane/uplink.h"

namespace propius {

// Slots below the round's limit, reasons short and plain, a partial exactly if there are slots.
Status CheckSegment(const Segment& segment, const RoundTerms& terms);
// Its partial, read into a reducer of its own: one update for each slot, weights within the limit.
Status CheckPartial(const Segment& segment, const RoundTerms& terms, const Reducer& partial);

}  // namespace propius
