#include "domain/round.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Round, NamesItsOutcomesAndReadsThemBack) {
  for (const RoundOutcome outcome :
       {RoundOutcome::kOpen, RoundOutcome::kCompleted, RoundOutcome::kPartial, RoundOutcome::kAborted}) {
    EXPECT_EQ(ParseOutcome(OutcomeName(outcome)).value(), outcome);
  }
  EXPECT_EQ(OutcomeName(RoundOutcome::kPartial), "partial");
  EXPECT_EQ(ParseOutcome("Open").error(),
            (Error{Code::kInvalidArgument, "outcome: expected open, completed, partial or aborted, got \"Open\""}));
}

TEST(Round, IsOpenWhileMoreDevicesMayBeBound) {
  Round round;
  round.terms.slots = 3;
  round.terms.max_slots = 5;
  round.live = 2;
  round.issued = 4;
  EXPECT_TRUE(round.open());
  Round full = round;
  full.live = 3;
  EXPECT_FALSE(full.open());
  Round spent = round;
  spent.issued = 5;
  EXPECT_FALSE(spent.open());
  Round ended = round;
  ended.allocation_ended = true;
  EXPECT_FALSE(ended.open());
  Round closed = round;
  closed.closed_at = Time(1s);
  EXPECT_TRUE(closed.closed());
  EXPECT_FALSE(closed.open());
}

TEST(Round, IsKnownByJobAndNumber) {
  RoundTerms terms;
  terms.job = {4};
  terms.round = {2};
  EXPECT_EQ(terms.key(), (RoundKey{{4}, {2}}));
}

Ledger Balanced() {
  Ledger ledger;
  ledger.granted = 20;
  ledger.returned = 3;
  ledger.stranded = 2;
  ledger.bound = 15;
  ledger.counted = 8;
  ledger.late = 1;
  ledger.rejected = {{"manifest", 1}, {"not_finite", 2}};
  ledger.lost = {{"failed", 1}, {"unfinished", 2}};
  return ledger;
}

TEST(Ledger, BalancesWhenEverySlotHasItsEnd) {
  EXPECT_TRUE(Ledger().Balances());
  EXPECT_TRUE(Balanced().Balances());
}

TEST(Ledger, DoesNotBalanceWhenAnyCountIsOffByOne) {
  for (std::uint32_t Ledger::* count :
       {&Ledger::granted, &Ledger::returned, &Ledger::bound, &Ledger::stranded, &Ledger::counted, &Ledger::late}) {
    for (const bool more : {true, false}) {
      Ledger ledger = Balanced();
      ledger.*count += more ? 1 : 0xffff'ffff;
      EXPECT_FALSE(ledger.Balances());
    }
  }
  Ledger rejected = Balanced();
  ++rejected.rejected["manifest"];
  EXPECT_FALSE(rejected.Balances());
  Ledger lost = Balanced();
  lost.lost["lease_expired"] = 1;
  EXPECT_FALSE(lost.Balances());
}

TEST(Ledger, DoesNotBalanceBecauseACountWrapped) {
  Ledger ledger;
  ledger.returned = 0xffff'ffff;
  ledger.stranded = 1;
  EXPECT_FALSE(ledger.Balances());
  Ledger bound;
  bound.late = 0xffff'ffff;
  bound.lost = {{"failed", 1}};
  EXPECT_FALSE(bound.Balances());
}

}  // namespace
}  // namespace propius
