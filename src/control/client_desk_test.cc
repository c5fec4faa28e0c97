#include "control/client_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct ClientDeskTest : ::testing::Test {
  void SetUp() override { site.Start(); }
  BindState StateOf(const Bound& bound) const { return site.book->FindBinding(bound.round, bound.slot)->state; }
  Desks site;
};

TEST_F(ClientDeskTest, OffersAtCheckInAndSaysWhenToComeBack) {
  EXPECT_THAT(site.CheckIn(1)->offers, IsEmpty());
  EXPECT_GE(site.CheckIn(1)->retry_after, 1s);
  const RoundKey round = site.OpenRound(SpecOf(1));
  const auto greeting = site.Ping(1);
  ASSERT_TRUE(greeting);
  ASSERT_THAT(greeting->offers, SizeIs(1));
  EXPECT_EQ(greeting->offers[0].round, round);
  EXPECT_FALSE(greeting->holding);
  EXPECT_GE(greeting->retry_after, 1s);
}

TEST_F(ClientDeskTest, AgesItsWindowWhileNobodyCalls) {
  site.CheckIn(1);
  site.runtime.RunFor(site.window->span() - 1s);
  EXPECT_EQ(site.window->Size(), 1);
  site.runtime.RunFor(2s);
  EXPECT_EQ(site.window->Size(), 0);
}

TEST_F(ClientDeskTest, RefusesDevicesThatItsWindowHasNoRoomFor) {
  site.Crash();
  site.window_limits.devices = 1;
  site.Start();
  EXPECT_TRUE(site.CheckIn(1));
  const auto refused = site.CheckIn(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_TRUE(site.CheckIn(1));
  site.runtime.RunFor(site.window->span());
  EXPECT_TRUE(site.CheckIn(2)) << "the first was forgotten";
}

TEST_F(ClientDeskTest, GreetsWithoutWaitingForTheDisk) {
  site.OpenRound(SpecOf(1));
  site.Crash();
  site.disk_options = {.min_latency = 1h, .max_latency = 1h};
  site.Start();
  Caught<JobId> pending;
  site.job_desk->Register(site.Caller(), SpecOf(1), pending.done());
  Caught<Greeting> greeting;
  site.client_desk->CheckIn({1}, {}, {}, greeting.done());
  EXPECT_TRUE(greeting.answered());
  EXPECT_FALSE(pending.answered());
}

TEST_F(ClientDeskTest, SteersAHolderBackWithinItsLease) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  const auto greeting = site.Ping(1);
  ASSERT_TRUE(greeting->holding);
  EXPECT_LT(greeting->retry_after, site.clients.lease);
  EXPECT_GT(greeting->retry_after, 0s);
}

TEST_F(ClientDeskTest, GivesAHolderItsTaskBackAndNothingElse) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  site.OpenRound(SpecOf(5));
  const auto bound = site.Take(1, round);
  const auto greeting = site.CheckIn(1);
  ASSERT_TRUE(greeting->holding);
  EXPECT_EQ(greeting->holding->ticket, bound->ticket);
  EXPECT_EQ(greeting->holding->slot, bound->slot);
  EXPECT_EQ(greeting->holding->leaf, bound->leaf);
  EXPECT_EQ(greeting->holding->expires, bound->expires);
  EXPECT_THAT(greeting->offers, IsEmpty());
}

TEST_F(ClientDeskTest, SettlesAReportAndOffersAgain) {
  const RoundKey first = site.OpenRound(SpecOf(2));
  const RoundKey second = site.OpenRound(SpecOf(2));
  const auto bound = site.Take(1, first);
  const auto greeting = site.Ping(1, {{bound->ticket, TaskOutcome::kCommitted}});
  EXPECT_FALSE(greeting->holding);
  ASSERT_THAT(greeting->offers, SizeIs(1));
  EXPECT_EQ(greeting->offers[0].round, second);
  EXPECT_EQ(StateOf(*bound), BindState::kReported);
  EXPECT_EQ(site.RoundOf(first).live, 1U);
  ASSERT_TRUE(site.Accept(1, second, "m"));
}

TEST_F(ClientDeskTest, GivesThePlaceOfAFailedTaskToAnotherDeviceUnderANewSlot) {
  for (const TaskOutcome outcome : {TaskOutcome::kLate, TaskOutcome::kRejected, TaskOutcome::kFailed}) {
    const RoundKey round = site.OpenRound(SpecOf(1));
    const auto bound = site.Take(1, round, std::to_string(round.job.value));
    ASSERT_TRUE(bound);
    EXPECT_THAT(site.CheckIn(2)->offers, IsEmpty());
    ASSERT_TRUE(site.CheckIn(1, {}, {{bound->ticket, outcome}}));
    EXPECT_EQ(StateOf(*bound), BindState::kFailed);
    EXPECT_THAT(site.CheckIn(2)->offers, SizeIs(1));
    EXPECT_EQ(site.Accept(2, round, std::to_string(round.job.value))->slot.value, 1U);
    ASSERT_TRUE(site.Close(round));
  }
}

TEST_F(ClientDeskTest, MakesAReportDurableBeforeItAnswers) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  const auto bound = site.Take(1, round);
  ASSERT_TRUE(site.CheckIn(1, {}, {{bound->ticket, TaskOutcome::kCommitted}}));
  site.Restart();
  EXPECT_EQ(StateOf(*bound), BindState::kReported);
  EXPECT_EQ(site.book->LiveBinding({1}), nullptr);
}

TEST_F(ClientDeskTest, IgnoresReportsThatAreForgedForeignStaleOrTooMany) {
  const RoundKey first = site.OpenRound(SpecOf(2));
  const RoundKey second = site.OpenRound(SpecOf(2));
  const auto mine = site.Take(1, first);
  const auto theirs = site.Take(2, first);
  const auto failed = TaskOutcome::kFailed;
  EXPECT_TRUE(site.CheckIn(1, {}, {{"", failed}, {"forged", failed}, {theirs->ticket, failed}})->holding);
  std::vector<TaskReport> flood(8, {"forged", failed});
  flood.push_back({mine->ticket, failed});
  EXPECT_TRUE(site.CheckIn(1, {}, flood)->holding);
  EXPECT_FALSE(site.CheckIn(1, {}, {{mine->ticket, TaskOutcome::kCommitted}})->holding);
  EXPECT_FALSE(site.CheckIn(1, {}, {{mine->ticket, failed}})->holding);
  EXPECT_EQ(StateOf(*mine), BindState::kReported) << "the first word stands";
  ASSERT_TRUE(site.Accept(1, second, "m"));
  EXPECT_TRUE(site.CheckIn(1, {}, {{mine->ticket, failed}})->holding) << "an old ticket says nothing of the new task";
  EXPECT_EQ(StateOf(*theirs), BindState::kLive);
}

TEST_F(ClientDeskTest, RefusesDeviceZero) {
  EXPECT_EQ(site.CheckIn(0).error().code, Code::kInvalidArgument);
  EXPECT_EQ(site.Accept(0, {{1}, {1}}).error().code, Code::kInvalidArgument);
}

TEST_F(ClientDeskTest, ForgetsDevicesInARestartAndGivesThemTheirTaskBackAtCheckIn) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  const auto bound = site.Take(1, round);
  site.Restart();
  EXPECT_EQ(site.Ping(1).error().code, Code::kNotFound);
  EXPECT_EQ(site.CheckIn(1)->holding->ticket, bound->ticket);
}

TEST_F(ClientDeskTest, TellsWhoListensOfEachChange) {
  std::vector<RoundKey> changed;
  site.client_desk->OnRoundChanged([&](const RoundKey& round) { changed.push_back(round); });
  const RoundKey round = site.OpenRound(SpecOf(2));
  const auto bound = site.Take(1, round);
  EXPECT_THAT(changed, ElementsAre(round));
  ASSERT_TRUE(site.CheckIn(1, {}, {{bound->ticket, TaskOutcome::kCommitted}}));
  ASSERT_TRUE(site.Take(2, round));
  site.runtime.RunFor(site.clients.lease);
  EXPECT_THAT(changed, ElementsAre(round, round, round, round));
}

TEST_F(ClientDeskTest, WorksWithoutAnybodyWhoListens) {
  site.client_desk->OnRoundChanged(nullptr);
  EXPECT_TRUE(site.Take(1, site.OpenRound(SpecOf(1))));
}

TEST_F(ClientDeskTest, OffersNothingThroughAWindowThatHoldsNobody) {
  site.OpenRound(SpecOf(1));
  site.Crash();
  site.window_span = 0us;
  site.Start();
  EXPECT_THAT(site.CheckIn(1)->offers, IsEmpty());
}

}  // namespace
}  // namespace propius
