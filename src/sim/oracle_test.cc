// Each law of the oracle, broken on purpose: an oracle that cannot fail proves nothing.
#include "sim/oracle.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregation/registry.h"
#include "sim/contribution.h"
#include "sim/virtual_runtime.h"

namespace propius {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const RoundKey kKey{JobId{1}, RoundNumber{1}};

class OracleTest : public testing::Test {
 protected:
  OracleTest() : history_(world_, 10), oracle_(world_, history_, {}) {
    round_.terms.job = kKey.job;
    round_.terms.round = kKey.round;
    round_.terms.demand = round_.terms.slots = round_.terms.target = 2;
    round_.terms.max_slots = 8;
    round_.terms.deadline = Time(1min);
    round_.terms.reducer.name = "sum";
    Write();
    oracle_.Watch([this](Time from) { return world_.Now() - from; }, [this](Time from) { return world_.Now() - from; });
  }

  void Write() {
    JobChanges changes;
    changes.rounds.push_back(round_);
    oracle_.Durable(changes);
  }
  void Bind(std::uint32_t slot, std::uint64_t device, BindState state = BindState::kLive) {
    Binding binding;
    binding.round = kKey;
    binding.slot = Slot{slot};
    binding.device = DeviceId{device};
    binding.state = state;
    JobChanges changes;
    changes.bindings.push_back(binding);
    oracle_.Durable(changes);
  }
  void Tell(std::uint32_t slot, std::uint64_t device, UploadState state, bool spoilt = false) {
    Ticket ticket;
    ticket.round = kKey;
    ticket.slot = Slot{slot};
    oracle_.DeviceTold(DeviceId{device}, ticket, state, "", spoilt);
  }
  void Close(RoundOutcome outcome) {
    round_.closed_at = world_.Now();
    round_.outcome = outcome;
    Write();
  }
  // A correct result of these contributions.
  Aggregate ResultOf(const std::vector<std::pair<std::uint32_t, std::uint64_t>>& contributions, std::uint32_t bound) {
    const std::string plan = MakePlanBytes(Dtype::kI64, "p");
    auto reducer = *registry_.Make(round_.terms.reducer, ParseSafetensors(plan)->manifest());
    for (const auto& [slot, device] : contributions) {
      const std::string update = MakeUpdateBytes(Dtype::kI64, {kKey, Slot{slot}, DeviceId{device}});
      EXPECT_TRUE(reducer->Accumulate(*ParseSafetensors(update), 1));
    }
    const auto counted = static_cast<std::uint32_t>(contributions.size());
    Aggregate aggregate;
    aggregate.round = kKey;
    aggregate.target = 2;
    aggregate.counted = counted;
    aggregate.total_weight = counted;
    aggregate.outcome = counted >= 2  ? RoundOutcome::kCompleted
                        : counted > 0 ? RoundOutcome::kPartial
                                      : RoundOutcome::kAborted;
    aggregate.ledger.granted = aggregate.ledger.bound = bound;
    aggregate.ledger.counted = counted;
    if (bound > counted) aggregate.ledger.lost["unfinished"] = bound - counted;
    aggregate.ledger.final = true;
    if (counted > 0) aggregate.tensors = std::make_shared<const std::string>(std::move(*reducer).Report({}));
    return aggregate;
  }
  void ExpectViolation(const std::string& part) const { EXPECT_THAT(history_.violations(), Contains(HasSubstr(part))); }

  VirtualRuntime world_{1};
  History history_;
  Oracle oracle_;
  Round round_;
  ReducerRegistry registry_ = [] {
    ReducerRegistry registry;
    AddBuiltinReducers(registry);
    return registry;
  }();
};

TEST_F(OracleTest, IsContentWithARoundAsItShouldBe) {
  Bind(0, 10);
  Bind(1, 11);
  Tell(0, 10, UploadState::kAccepted);
  Tell(0, 10, UploadState::kCommitted);
  Tell(1, 11, UploadState::kCommitted);
  oracle_.ExpectCalm(kKey);
  oracle_.RootClosed({.round = kKey, .outcome = RoundOutcome::kCompleted, .counted = 2, .reason = ""});
  Close(RoundOutcome::kCompleted);
  oracle_.JobTold(ResultOf({{0, 10}, {1, 11}}, 2));
  oracle_.JobTold(ResultOf({{0, 10}, {1, 11}}, 2));
  oracle_.Finish();
  EXPECT_THAT(history_.violations(), IsEmpty());
  EXPECT_EQ(oracle_.binds(), 2U);
  EXPECT_EQ(oracle_.counted(), 2U);
}

TEST_F(OracleTest, SeesASlotThatIsIssuedTwice) {
  Bind(0, 10);
  Bind(0, 11);
  ExpectViolation("slot 0 issued twice");
}

TEST_F(OracleTest, SeesMoreLiveBindsThanSlots) {
  Bind(0, 10);
  Bind(1, 11);
  Bind(2, 12);
  ExpectViolation("expected at most 2 live binds, got 3");
}

TEST_F(OracleTest, AllowsAReplacementOfALostBind) {
  Bind(0, 10);
  Bind(1, 11);
  Bind(1, 11, BindState::kExpired);
  Bind(2, 12);
  EXPECT_THAT(history_.violations(), IsEmpty());
}

TEST_F(OracleTest, SeesADeviceWithTwoTasks) {
  Bind(0, 10);
  Bind(1, 10);
  ExpectViolation("device 10 holds 2 tasks");
}

TEST_F(OracleTest, SeesABindThatIsToldBeforeItIsDurable) {
  Bound bound;
  bound.round = kKey;
  oracle_.DeviceBound(DeviceId{10}, bound);
  ExpectViolation("not durably its own");
}

TEST_F(OracleTest, SeesAGrantThatIsToldBeforeItIsDurable) {
  oracle_.JobGranted({.round = {JobId{9}, RoundNumber{1}}, .terms = {}, .token = ""});
  ExpectViolation("granted before it was durable");
}

TEST_F(OracleTest, SeesAContributionThatIsCountedTwice) {
  Bind(0, 10);
  oracle_.JobTold(ResultOf({{0, 10}, {0, 10}}, 2));
  ExpectViolation("no sum of its devices");
}

TEST_F(OracleTest, SeesADeviceThatIsCountedTwice) {
  Bind(0, 10);
  Bind(0, 10, BindState::kExpired);
  Bind(1, 10);
  oracle_.JobTold(ResultOf({{0, 10}, {1, 10}}, 2));
  ExpectViolation("device 10 was counted twice");
}

TEST_F(OracleTest, SeesAPromiseThatIsNotKept) {
  Bind(0, 10);
  Bind(1, 11);
  Tell(1, 11, UploadState::kCommitted);
  oracle_.JobTold(ResultOf({{0, 10}}, 2));
  Close(RoundOutcome::kPartial);
  oracle_.Finish();
  ExpectViolation("slot 1 was told that it is committed");
}

TEST_F(OracleTest, SeesAPromiseOfARoundThatEndedWithNothing) {
  Bind(1, 11);
  Tell(1, 11, UploadState::kCommitted);
  oracle_.RootClosed({.round = kKey, .outcome = RoundOutcome::kAborted, .counted = 0, .reason = ""});
  Close(RoundOutcome::kAborted);
  oracle_.Finish();
  ExpectViolation("ended with nothing");
}

TEST_F(OracleTest, SeesARejectedContributionInTheSum) {
  Bind(0, 10);
  Tell(0, 10, UploadState::kRejected, true);
  oracle_.JobTold(ResultOf({{0, 10}}, 1));
  oracle_.Finish();
  ExpectViolation("slot 0 was told that it is rejected");
}

TEST_F(OracleTest, SeesAGoodUpdateRejected) {
  Bind(0, 10);
  Tell(0, 10, UploadState::kRejected);
  ExpectViolation("a good update of slot 0 was rejected");
}

TEST_F(OracleTest, SeesALedgerThatDoesNotBalance) {
  Bind(0, 10);
  Bind(1, 11);
  Aggregate aggregate = ResultOf({{0, 10}}, 2);
  aggregate.ledger.lost.clear();
  oracle_.JobTold(aggregate);
  ExpectViolation("does not balance");
}

TEST_F(OracleTest, SeesALedgerThatForgetsBinds) {
  Bind(0, 10);
  Bind(1, 11);
  oracle_.JobTold(ResultOf({{0, 10}}, 1));
  ExpectViolation("its ledger has 1 binds, the control plane made 2");
}

TEST_F(OracleTest, SeesALedgerThatNeverBecomesFinal) {
  oracle_.JobGranted({.round = kKey, .terms = round_.terms, .token = "t"});
  ASSERT_EQ(oracle_.Unread().size(), 1U);
  EXPECT_EQ(oracle_.Unread()[0].token, "t");
  Aggregate aggregate = ResultOf({}, 0);
  aggregate.ledger.final = false;
  oracle_.JobTold(aggregate);
  EXPECT_THAT(history_.violations(), IsEmpty());
  EXPECT_EQ(oracle_.Unread().size(), 1U);
  Close(RoundOutcome::kAborted);
  oracle_.Finish();
  ExpectViolation("could not learn its final result");
}

TEST_F(OracleTest, ForgivesAResultThatTheRootNoLongerKeeps) {
  oracle_.JobGranted({.round = kKey, .terms = round_.terms, .token = "t"});
  oracle_.RootForgot(kKey);
  Close(RoundOutcome::kAborted);
  oracle_.Finish();
  EXPECT_THAT(history_.violations(), IsEmpty());
}

TEST_F(OracleTest, LetsAnAnswerBeOvertakenByALaterOne) {
  Bind(0, 10);
  oracle_.JobTold(ResultOf({{0, 10}}, 1));
  Aggregate early = ResultOf({{0, 10}}, 1);
  early.ledger.final = false;
  oracle_.JobTold(early);
  EXPECT_THAT(history_.violations(), IsEmpty());
}

TEST_F(OracleTest, SeesAResultThatChanges) {
  Bind(0, 10);
  oracle_.JobTold(ResultOf({{0, 10}}, 1));
  oracle_.JobTold(ResultOf({}, 1));
  ExpectViolation("its result changed");
}

TEST_F(OracleTest, SeesAWrongOutcomeCountAndWeight) {
  Bind(0, 10);
  Aggregate aggregate = ResultOf({{0, 10}}, 1);
  aggregate.outcome = RoundOutcome::kCompleted;
  aggregate.counted = 2;
  aggregate.total_weight = 3;
  oracle_.JobTold(aggregate);
  ExpectViolation("it says that 2 were counted");
  ExpectViolation("total weight");
  aggregate = ResultOf({{0, 10}}, 1);
  aggregate.round.round = RoundNumber{7};
  oracle_.JobTold(aggregate);
  ExpectViolation("a result of a round that was never durable");
}

TEST_F(OracleTest, SeesARoundThatEndsLate) {
  world_.RunUntil(Time(1min + 6s));
  oracle_.RootClosed({.round = kKey, .outcome = RoundOutcome::kAborted, .counted = 0, .reason = ""});
  ExpectViolation("the root closed it later");
  world_.RunUntil(Time(1min + 8s));
  Close(RoundOutcome::kAborted);
  ExpectViolation("the control plane closed it later");
}

TEST_F(OracleTest, SeesARoundThatNeverEnds) {
  oracle_.Finish();
  ExpectViolation("it never ended");
}

TEST_F(OracleTest, SeesAClosedRoundChange) {
  Close(RoundOutcome::kAborted);
  Close(RoundOutcome::kCompleted);
  ExpectViolation("a closed round changed");
  Bind(0, 10);
  ExpectViolation("bound after the end");
  oracle_.RootClosed({.round = kKey, .outcome = RoundOutcome::kPartial, .counted = 1, .reason = ""});
  oracle_.RootClosed({.round = kKey, .outcome = RoundOutcome::kPartial, .counted = 2, .reason = ""});
  ExpectViolation("closed it twice, and differently");
}

TEST_F(OracleTest, SeesACountedDeviceThatWasToldLateInTheCalm) {
  Bind(0, 10);
  Bind(1, 11);
  oracle_.ExpectCalm(kKey);
  Tell(0, 10, UploadState::kCommitted);
  Tell(1, 11, UploadState::kLate);
  Close(RoundOutcome::kCompleted);
  oracle_.JobTold(ResultOf({{0, 10}, {1, 11}}, 2));
  oracle_.Finish();
  ExpectViolation("slot 1 of a calm round was told that it is late");
}

TEST_F(OracleTest, SeesAWindowThatHoldsSilentDevices) {
  oracle_.Heard(DeviceId{10});
  world_.RunFor(30s);
  oracle_.Heard(DeviceId{11});
  oracle_.CheckWindow(2, 29s);
  EXPECT_THAT(history_.violations(), IsEmpty());
  world_.RunFor(1us);
  oracle_.CheckWindow(2, 29s);
  ExpectViolation("the window holds 2 devices, only 1 were heard from");
}

TEST_F(OracleTest, SeesAWatcherThatIsCalledAfterTheEnd) {
  oracle_.Watched(kKey, 1, false);
  oracle_.Watched(kKey, 2, true);
  oracle_.Watched(kKey, 1, true);
  EXPECT_THAT(history_.violations(), IsEmpty());
  oracle_.Watched(kKey, 1, true);
  ExpectViolation("a watcher was called after the end");
}

TEST_F(OracleTest, WantsACalmRoundFullAndEveryDeviceTold) {
  Bind(0, 10);
  oracle_.ExpectCalm(kKey);
  Close(RoundOutcome::kPartial);
  oracle_.Finish();
  ExpectViolation("a calm round has no result");
  oracle_.JobTold(ResultOf({{0, 10}}, 1));
  oracle_.Finish();
  ExpectViolation("a calm round ended partial");
  ExpectViolation("1 of 2 slots filled");
  ExpectViolation("device 10 of a calm round did not hear");
}

}  // namespace
}  // namespace propius
