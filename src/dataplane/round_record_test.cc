#include "dataplane/round_record.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "dataplane/testing/rounds.h"

namespace propius {
namespace {

RoundRecord FullRecord() {
  RoundRecord record;
  record.terms = MakeTerms({{7}, {9}}, MakePlan(), FromMicros(123'456'789));
  record.terms.reducer.options["clip"] = 2.5;
  record.manifest = {{"bias", Dtype::kF32, {}}, {"weights", Dtype::kBF16, {3, 4}}};
  record.groups[{0}] = {"leaf-0", 11, 3, 17, SlotsOf({0, 2, 100})};
  record.groups[{5}] = {"leaf-1", 12, 1, 0, {}};
  record.counted = SlotsOf({0, 2, 100});
  record.rejected = {{3, "malformed"}, {4, "size"}, {9, "size"}};
  record.late = SlotsOf({7});
  record.outcome = RoundOutcome::kPartial;
  record.reason = "deadline";
  record.closed_at = FromMicros(-5);
  record.settled = true;
  record.census = BindCensus{12, 1, 11, 0, SlotsOf({5}), SlotsOf({6, 8})};
  return record;
}

TEST(RoundRecord, ComesBackFromTheStoreAsItWas) {
  const RoundRecord full = FullRecord();
  const Result<PackedRound> read = UnpackRound(Pack(full, "the sum"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->record, full);
  EXPECT_EQ(read->partial, "the sum");

  RoundRecord bare;
  bare.terms = MakeTerms({{1}, {1}}, MakePlan(), FromMicros(1));
  EXPECT_EQ(UnpackRound(Pack(bare, ""))->record, bare);
}

TEST(RoundRecord, ATruncatedOneIsDataLoss) {
  const std::string bytes = Pack(FullRecord(), "the sum");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<PackedRound> read = UnpackRound(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, Code::kDataLoss);
  }
  EXPECT_EQ(UnpackRound(bytes + "x").error().code, Code::kDataLoss);
}

TEST(RoundRecord, AnotherVersionIsDataLoss) {
  std::string bytes = Pack(FullRecord(), "");
  bytes[0] = 2;
  EXPECT_EQ(UnpackRound(bytes).error().code, Code::kDataLoss);
}

TEST(RoundRecord, DamagedBytesAreReadWithoutHarm) {
  const std::string whole = Pack(FullRecord(), "the sum");
  Rng chance(1);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = whole;
    for (std::uint64_t flips = 1 + chance.Below(3); flips > 0; --flips) {
      bytes[chance.Below(bytes.size())] ^= static_cast<char>(1U << chance.Below(8));
    }
    refused += UnpackRound(bytes) ? 0 : 1;
  }
  EXPECT_GT(refused, 1000) << "checksums are the store's; here only the structure is checked";
}

TEST(Ledger, SaysOfEverySlotTheStrongestThingKnown) {
  RoundRecord record = FullRecord();
  record.counted = SlotsOf({0, 2, 4});
  record.rejected = {{3, "malformed"}, {4, "size"}, {9, "size"}};  // 4 is counted
  record.late = SlotsOf({0, 3, 7});                                // 0 is counted, 3 is rejected
  record.census = BindCensus{14, 1, 11, 2, SlotsOf({5, 7, 6}), SlotsOf({6, 8, 0})};
  const Ledger ledger = LedgerOf(record);
  EXPECT_EQ(ledger.bound, 11U);
  EXPECT_EQ(ledger.counted, 3U);
  EXPECT_EQ(ledger.late, 1U);
  EXPECT_EQ(ledger.rejected, (std::map<std::string, std::uint32_t>{{"malformed", 1}, {"size", 1}}));
  EXPECT_EQ(ledger.lost,
            (std::map<std::string, std::uint32_t>{{"failed", 2}, {"lease_expired", 1}, {"unfinished", 2}}));
  EXPECT_EQ(ledger.stranded, 2U);
  EXPECT_EQ(ledger.returned, 1U);
  EXPECT_TRUE(ledger.final);
  EXPECT_TRUE(ledger.Balances());
}

TEST(Ledger, CountsWhatTheDataPlaneHasSeenUntilTheCensusIsIn) {
  RoundRecord record = FullRecord();
  record.settled = false;
  record.census.reset();
  const Ledger ledger = LedgerOf(record);
  EXPECT_FALSE(ledger.final);
  EXPECT_EQ(ledger.bound, 7U);
  EXPECT_EQ(ledger.granted, 7U);
  EXPECT_TRUE(ledger.lost.empty());
  EXPECT_TRUE(ledger.Balances());
}

TEST(Ledger, MovesASlotOfALostManagerFromStrandedToBound) {
  RoundRecord record;
  record.settled = true;
  record.counted = SlotsOf({0, 1, 8, 9});
  record.census = BindCensus{6, 0, 3, 3, {}, {}};
  const Ledger ledger = LedgerOf(record);
  EXPECT_EQ(ledger.bound, 5U);
  EXPECT_EQ(ledger.stranded, 1U);
  EXPECT_EQ(ledger.granted, 6U);
  EXPECT_EQ(ledger.lost.at("unfinished"), 1U);
  EXPECT_TRUE(ledger.Balances());
}

TEST(Ledger, BalancesForEveryRecordAndCensus) {
  Rng chance(3);
  const auto some = [&](double share) {
    Bitmap slots;
    for (std::uint32_t slot = 0; slot < 40; ++slot) {
      if (chance.Chance(share)) slots.Set(slot);
    }
    return slots;
  };
  for (int i = 0; i < 2000; ++i) {
    RoundRecord record;
    record.counted = some(0.4);
    record.late = some(0.2);
    for (const std::uint32_t slot : some(0.2).Bits()) record.rejected[slot] = chance.Chance(0.5) ? "size" : "weight";
    record.settled = chance.Chance(0.7);
    if (record.settled && chance.Chance(0.8)) {
      const auto number = [&] { return static_cast<std::uint32_t>(chance.Below(45)); };
      record.census = BindCensus{number(), number(), number(), number(), some(0.3), some(0.3)};
    }
    EXPECT_TRUE(LedgerOf(record).Balances());
    EXPECT_EQ(LedgerOf(record).counted, record.counted.Count());
  }
}

}  // namespace
}  // namespace propius
