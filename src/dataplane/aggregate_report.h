// What a job reads of its round (docs/protocol.md, "aggregate").
#pragma once

#include "dataplane/node.h"
#include "dataplane/round_tally.h"

namespace propius {

// Without tensors. `closed` false shows a round as open whose end is not durable yet.
Aggregate Describe(const RoundTally& tally, bool closed);
// The safetensors file of a closed round.
Result<Blob> ResultFile(const RoundTally& tally);

std::string LedgerJson(const Ledger& ledger);

}  // namespace propius
