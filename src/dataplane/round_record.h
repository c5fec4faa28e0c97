// What a root knows of one round, apart from the sum itself: who owns its groups, which slots are counted, refused or
// late, and how it ended. The ledger is worked out from it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/bitmap.h"
#include "domain/round.h"
#include "domain/safetensors.h"

namespace propius {

struct GroupTally {
  std::string owner;
  std::uint64_t incarnation = 0;
  std::uint64_t generation = 0;    // older ones are fenced
  std::uint64_t last_segment = 0;  // of this generation
  Bitmap counted;

  friend bool operator==(const GroupTally&, const GroupTally&) = default;
};

struct RoundRecord {
  RoundTerms terms;
  Manifest manifest;  // of its updates
  std::map<GroupId, GroupTally> groups;
  Bitmap counted;                                 // of all groups
  std::map<std::uint32_t, std::string> rejected;  // slot -> reason
  Bitmap late;
  RoundOutcome outcome = RoundOutcome::kOpen;
  std::string reason;  // of the outcome
  Time closed_at;
  bool settled = false;              // the control plane has answered, or there is none
  std::optional<BindCensus> census;  // its answer

  friend bool operator==(const RoundRecord&, const RoundRecord&) = default;
};

// Every slot once, by the strongest thing known of it: counted, then rejected, then late, then lost. Before the census
// is in, only slots that the data plane has seen are bound. A slot that was seen but is not among the census's bound
// ones belongs to a client manager that was lost: it moves from stranded to bound.
Ledger LedgerOf(const RoundRecord& record);

// For the store, with the reducer's partial.
struct PackedRound {
  RoundRecord record;
  std::string partial;
};
std::string Pack(const RoundRecord& record, std::string partial);
// kDataLoss if the bytes are not a round of a version that we know.
Result<PackedRound> UnpackRound(std::string_view bytes);

}  // namespace propius
