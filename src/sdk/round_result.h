// What the aggregate's file says of its round.
#pragma once

#include <string>

#include "base/result.h"
#include "propius/job.h"

namespace propius {

struct ReadResult {
  sdk::RoundResult result;  // all but the durations
  bool final = false;       // the control plane's half of the ledger is in
};

// kDataLoss: not an aggregate as docs/protocol.md describes it.
Result<ReadResult> ReadRoundResult(std::uint32_t round, std::string aggregate);

}  // namespace propius
