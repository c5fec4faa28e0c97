#include <algorithm>

#include "dataplane/round_record.h"

namespace propius {
namespace {

std::uint32_t Size(const Bitmap& bitmap) { return static_cast<std::uint32_t>(bitmap.Count()); }

Bitmap SeenSlots(const RoundRecord& record) {
  Bitmap seen = record.counted;
  seen.Merge(record.late);
  for (const auto& [slot, reason] : record.rejected) seen.Set(slot);
  return seen;
}

void CountSeen(const RoundRecord& record, Ledger& ledger) {
  ledger.counted = Size(record.counted);
  for (const auto& [slot, reason] : record.rejected) {
    if (!record.counted.Test(slot)) ++ledger.rejected[reason];
  }
  for (const std::uint32_t slot : record.late.Bits()) {
    if (!record.counted.Test(slot) && !record.rejected.contains(slot)) ++ledger.late;
  }
}

void CountLost(const BindCensus& census, const Bitmap& seen, std::uint32_t seen_bound, Ledger& ledger) {
  const auto lost = [&](std::uint32_t slot) { return slot < census.bound && !seen.Test(slot); };
  std::uint32_t failed = 0;
  std::uint32_t expired = 0;
  for (const std::uint32_t slot : census.failed.Bits()) failed += lost(slot) ? 1 : 0;
  for (const std::uint32_t slot : census.expired.Bits()) expired += lost(slot) && !census.failed.Test(slot) ? 1 : 0;
  const std::uint32_t unfinished = census.bound - seen_bound - failed - expired;
  if (failed > 0) ledger.lost["failed"] = failed;
  if (expired > 0) ledger.lost["lease_expired"] = expired;
  if (unfinished > 0) ledger.lost["unfinished"] = unfinished;
}

}  // namespace

Ledger LedgerOf(const RoundRecord& record) {
  Ledger ledger;
  ledger.final = record.settled;
  CountSeen(record, ledger);
  const Bitmap seen = SeenSlots(record);
  if (!record.census) {
    ledger.bound = ledger.granted = Size(seen);
    return ledger;
  }
  const BindCensus& census = *record.census;
  std::uint32_t seen_bound = 0;
  for (const std::uint32_t slot : seen.Bits()) seen_bound += slot < census.bound ? 1 : 0;
  CountLost(census, seen, seen_bound, ledger);

  const std::uint32_t unknown = Size(seen) - seen_bound;
  ledger.bound = census.bound + unknown;
  ledger.stranded = census.stranded - std::min(unknown, census.stranded);
  ledger.returned = census.returned;
  ledger.granted = ledger.returned + ledger.bound + ledger.stranded;
  return ledger;
}

}  // namespace propius
