#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct BindsTest : ::testing::Test {
  void SetUp() override { site.Start(); }
  void SlowDisk(Duration latency) {
    site.Crash();
    site.disk_options = {.min_latency = latency, .max_latency = latency};
    site.Start();
  }
  Desks site;
};

TEST_F(BindsTest, SealsATicketThatNamesAllThatTheDataPlaneNeeds) {
  JobSpec spec = SpecOf(3);
  spec.max_update_bytes = 1234;
  spec.max_weight = 5;
  const RoundKey round = site.OpenRound(spec);
  ASSERT_TRUE(site.Take(1, round));
  const auto bound = site.Take(2, round);
  ASSERT_TRUE(bound);
  const auto ticket = site.sealer.OpenTicket(bound->ticket);
  ASSERT_TRUE(ticket);
  const Ticket expected{.tenant = "team",
                        .round = round,
                        .slot = {1},
                        .group = {1},
                        .device = {2},
                        .plan = site.plan,
                        .max_update_bytes = 1234,
                        .max_weight = 5,
                        .expires = site.RoundOf(round).terms.deadline + 5s,
                        .leaf = "http://leaf-1"};
  EXPECT_EQ(*ticket, expected);
  EXPECT_EQ(bound->slot, ticket->slot);
  EXPECT_EQ(bound->leaf, ticket->leaf);
  EXPECT_EQ(bound->plan, site.plan);
  EXPECT_EQ(bound->expires, ticket->expires);
  EXPECT_EQ(bound->lease, site.clients.lease);
  EXPECT_EQ(site.Take(3, round)->leaf, "http://leaf-0");
}

TEST_F(BindsTest, BindsWithoutLeavesToo) {
  site.Crash();
  site.clients.leaves.clear();
  site.Start();
  EXPECT_EQ(site.Take(1, site.OpenRound(SpecOf(1)))->leaf, "");
}

TEST_F(BindsTest, MakesABindDurableBeforeTheDeviceHearsOfIt) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  SlowDisk(50ms);
  ASSERT_TRUE(site.CheckIn(1));
  Caught<Bound> bound;
  site.client_desk->Accept({1}, round, "n", bound.done());
  // Neither by the answer nor by a greeting.
  Caught<Greeting> greeting;
  site.client_desk->CheckIn({1}, {}, {}, greeting.done());
  site.runtime.RunFor(49ms);
  EXPECT_FALSE(bound.answered());
  EXPECT_FALSE(greeting.answered());
  site.runtime.RunFor(1ms);
  ASSERT_TRUE(bound.answered());
  ASSERT_TRUE(greeting.answered());
  EXPECT_EQ(greeting.get()->holding->ticket, bound.get()->ticket);
  site.Restart();
  EXPECT_NE(site.book->LiveBinding({1}), nullptr);
}

TEST_F(BindsTest, ForgetsInACrashABindThatNobodyHeardOf) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  SlowDisk(50ms);
  ASSERT_TRUE(site.CheckIn(1));
  Caught<Bound> bound;
  site.client_desk->Accept({1}, round, "n", bound.done());
  site.runtime.RunFor(20ms);
  site.Restart();
  EXPECT_FALSE(bound.answered());
  EXPECT_EQ(site.RoundOf(round).issued, 0U);
  EXPECT_TRUE(site.Take(2, round));
}

TEST_F(BindsTest, GivesARepeatedNonceTheFirstTicketAlsoDuringTheCommitAndAfterARestart) {
  const RoundKey round = site.OpenRound(SpecOf(5));
  SlowDisk(50ms);
  ASSERT_TRUE(site.CheckIn(1));
  Caught<Bound> first;
  Caught<Bound> second;
  site.client_desk->Accept({1}, round, "n", first.done());
  site.client_desk->Accept({1}, round, "n", second.done());
  EXPECT_FALSE(second.answered());
  site.runtime.RunFor(100ms);
  ASSERT_TRUE(first.answered());
  ASSERT_TRUE(second.answered());
  EXPECT_EQ(first.get()->ticket, second.get()->ticket);
  site.Restart();
  EXPECT_EQ(site.Accept(1, round)->ticket, first.get()->ticket);
  ASSERT_TRUE(site.Close(round));
  EXPECT_EQ(site.Accept(1, round)->ticket, first.get()->ticket) << "even of a closed round";
  EXPECT_EQ(site.RoundOf(round).issued, 1U);
}

TEST_F(BindsTest, GivesARepeatedNonceTheFirstRefusal) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  const auto refused = site.Take(2, round);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  site.runtime.RunFor(site.clients.lease);
  EXPECT_THAT(site.CheckIn(2)->offers, SizeIs(1));
  EXPECT_EQ(site.Accept(2, round).error(), refused.error());
  site.Restart();
  ASSERT_TRUE(site.CheckIn(2));
  EXPECT_EQ(site.Accept(2, round).error(), refused.error());
  EXPECT_TRUE(site.Accept(2, round, "new"));
}

TEST_F(BindsTest, RefusesANonceThatWasUsedForAnotherRoundOrThatIsNone) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, a));
  EXPECT_EQ(site.Accept(1, b).error().code, Code::kInvalidArgument);
  for (const std::string& nonce : {std::string(), std::string(65, 'n'), std::string("a\nb")}) {
    EXPECT_EQ(site.Accept(1, b, nonce).error().code, Code::kInvalidArgument);
  }
  EXPECT_TRUE(site.Take(2, b)) << "the nonces of devices are their own";
}

TEST_F(BindsTest, KeepsOnlyTheLatestAnswersOfADeviceThatSendsEndlessNonces) {
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(site.Take(1, {{9}, {1}}, std::to_string(i)).error().code, Code::kNotFound);
  }
  site.runtime.RunFor(1s);
  EXPECT_EQ(site.disk.jobs.replies.size(), 8U);
}

TEST_F(BindsTest, BindsADeviceToARoundOnceAtMostWhateverBecameOfTheFirstBind) {
  const RoundKey round = site.OpenRound(SpecOf(5));
  const auto report = [&](std::uint64_t device, TaskOutcome outcome) {
    const auto bound = site.Take(device, round);
    ASSERT_TRUE(bound);
    ASSERT_TRUE(site.CheckIn(device, {}, {{bound->ticket, outcome}}));
  };
  report(1, TaskOutcome::kCommitted);
  report(2, TaskOutcome::kFailed);
  ASSERT_TRUE(site.Take(3, round));
  site.runtime.RunFor(site.clients.lease);  // 3 expires
  for (const std::uint64_t device : {1, 2, 3}) {
    EXPECT_THAT(site.CheckIn(device)->offers, IsEmpty()) << device;
    EXPECT_EQ(site.Accept(device, round, "again").error().code, Code::kFailedPrecondition) << device;
  }
  site.Restart();
  for (const std::uint64_t device : {1, 2, 3}) {
    EXPECT_EQ(site.Take(device, round, "after restart").error().code, Code::kFailedPrecondition) << device;
  }
}

TEST_F(BindsTest, NamesTheTaskThatADeviceAlreadyHolds) {
  const RoundKey a = site.OpenRound(SpecOf(5));
  const RoundKey b = site.OpenRound(SpecOf(5));
  ASSERT_TRUE(site.Take(1, a));
  const auto refused = site.Accept(1, b, "m");
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().message, HasSubstr(Show(a)));
}

TEST_F(BindsTest, KeepsALeaseAsLongAsTheDeviceIsHeard) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  for (int i = 0; i < 10; ++i) {
    site.runtime.RunFor(20s);
    ASSERT_TRUE(i % 2 == 0 ? site.Ping(1) : site.CheckIn(1));
  }
  EXPECT_NE(site.book->LiveBinding({1}), nullptr);
  site.runtime.RunFor(30s - 1us);
  EXPECT_NE(site.book->LiveBinding({1}), nullptr);
  site.runtime.RunFor(1us);
  EXPECT_EQ(site.book->LiveBinding({1}), nullptr);
  EXPECT_EQ(site.RoundOf(round).expired, 1U);
}

TEST_F(BindsTest, TakesARepeatedAcceptAsASignOfLife) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  site.runtime.RunFor(20s);
  ASSERT_TRUE(site.Accept(1, round));
  site.runtime.RunFor(20s);
  EXPECT_NE(site.book->LiveBinding({1}), nullptr);
}

TEST_F(BindsTest, GivesLiveBindsAFreshLeaseAfterARestart) {
  const RoundKey round = site.OpenRound(SpecOf(2));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Take(2, round));
  site.Crash();
  site.runtime.RunFor(1min);
  site.Start();
  site.runtime.RunFor(20s);
  EXPECT_TRUE(site.CheckIn(1)->holding);
  site.runtime.RunFor(15s);
  EXPECT_NE(site.book->LiveBinding({1}), nullptr);
  EXPECT_EQ(site.book->LiveBinding({2}), nullptr);
}

TEST_F(BindsTest, LetsALeaseDieWithItsRound) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Close(round));
  site.runtime.RunFor(1min);
  EXPECT_EQ(site.RoundOf(round).expired, 0U);
  EXPECT_EQ(site.book->FindBinding(round, {0})->state, BindState::kEnded);
  EXPECT_FALSE(site.CheckIn(1)->holding);
}

TEST_F(BindsTest, AnswersNotFoundForARepeatWhoseJobIsGone) {
  site.Crash();
  site.jobs.retention = 1min;
  site.Start();
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Finish(round.job));
  site.runtime.RunFor(5min);
  EXPECT_EQ(site.Accept(1, round).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace propius
