#include "control/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"
#include "scheduling/policies/srsf.h"

namespace propius {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct DispatcherTest : ::testing::Test {
  void Script() {
    site.make_policy = [this] { return std::make_unique<ScriptedPolicy>(plan, &seen); };
    site.Start();
  }
  static Group InOrder(const std::vector<RoundKey>& rounds) {
    Group group;
    for (const RoundKey& round : rounds) group.order.push_back(round.job);
    return group;
  }
  Desks site;
  Plan plan;
  ScriptedPolicy::Seen seen;
};

TEST_F(DispatcherTest, ShowsThePolicyWhatIsOpenByJobId) {
  Script();
  JobSpec spec = SpecOf(3, 4);
  spec.needs = Needs({{"ram_gb", 6}});
  const RoundKey first = site.OpenRound(spec);
  ASSERT_TRUE(site.Register(SpecOf(1)));  // no request: not in the snapshot
  site.runtime.RunFor(2s);
  const RoundKey third = site.OpenRound(SpecOf(2));
  ASSERT_TRUE(site.CheckIn(9, Has({{"ram_gb", 8}})));
  ASSERT_TRUE(site.Accept(9, first));
  site.dispatcher->Replan();
  site.dispatcher->plan();
  ASSERT_EQ(seen.jobs.size(), 3U);
  ASSERT_EQ(seen.requests.size(), 2U);
  EXPECT_EQ(seen.devices, 1);
  const KnownJob& known = seen.jobs[seen.requests[0].known];
  EXPECT_EQ(known.job, first.job);
  EXPECT_EQ(known.tenant, "team");
  EXPECT_EQ(site.dispatcher->supply().constraint(known.predicate), spec.needs);
  EXPECT_EQ(known.demand, 3U);
  EXPECT_EQ(known.rounds, 4U);
  EXPECT_EQ(known.attained_service, 1U);
  EXPECT_EQ(known.total_demand, 12U);
  EXPECT_EQ(seen.requests[0].job, first.job);
  EXPECT_EQ(seen.requests[0].demand, 3U);
  EXPECT_EQ(seen.requests[0].remaining, 2U);
  EXPECT_EQ(seen.requests[1].job, third.job);
  EXPECT_EQ(seen.requests[1].known, 2U);
  EXPECT_EQ(seen.requests[1].requested_at, site.runtime.Now());
  EXPECT_EQ(seen.requests[1].deadline, site.runtime.Now() + 10min);
}

TEST_F(DispatcherTest, PlansOnceForManyCallsAndNotPerCheckIn) {
  site.Start();
  site.OpenRound(SpecOf(100));
  site.OpenRound(SpecOf(100));
  site.dispatcher->plan();
  const auto before = site.dispatcher->plans_made();
  for (std::uint64_t device = 1; device <= 50; ++device) ASSERT_TRUE(site.CheckIn(device));
  EXPECT_EQ(site.dispatcher->plans_made(), before);
  site.dispatcher->Replan();
  site.dispatcher->Replan();
  site.dispatcher->plan();
  site.dispatcher->plan();
  EXPECT_EQ(site.dispatcher->plans_made(), before + 1);
}

TEST_F(DispatcherTest, PlansAnewOnRegistrationRequestFillEndAndLoss) {
  site.clients.lease = 10s;
  site.Start();
  std::uint64_t plans = 0;
  const auto replans = [&] {
    site.dispatcher->plan();
    const std::uint64_t before = std::exchange(plans, site.dispatcher->plans_made());
    return plans != before;
  };
  replans();
  const auto job = site.Register(SpecOf(2));
  EXPECT_TRUE(replans()) << "registration";
  const RoundKey round = site.Request(*job)->round;
  EXPECT_TRUE(replans()) << "request";
  ASSERT_TRUE(site.Take(1, round));
  EXPECT_FALSE(replans()) << "a bind that leaves places";
  ASSERT_TRUE(site.Take(2, round));
  EXPECT_TRUE(replans()) << "fill";
  site.runtime.RunFor(11s);
  EXPECT_TRUE(replans()) << "loss";
  ASSERT_TRUE(site.End(round));
  EXPECT_TRUE(replans()) << "end of the request";
  ASSERT_TRUE(site.Close(round));
  EXPECT_TRUE(replans()) << "end of the round";
  ASSERT_TRUE(site.Finish(*job));
  EXPECT_TRUE(replans()) << "end of the job";
}

TEST_F(DispatcherTest, WritesTheHighestScoreToTheFirstServed) {
  site.make_policy = MakeSrsf;
  site.Start();
  const RoundKey big = site.OpenRound(SpecOf(9));
  const RoundKey small = site.OpenRound(SpecOf(2));
  const RoundKey middle = site.OpenRound(SpecOf(5));
  site.dispatcher->plan();
  EXPECT_GT(site.JobOf(small.job).score, site.JobOf(middle.job).score);
  EXPECT_GT(site.JobOf(middle.job).score, site.JobOf(big.job).score);
  EXPECT_GT(site.JobOf(big.job).score, 0);
  ASSERT_TRUE(site.End(small));
  site.dispatcher->plan();
  EXPECT_EQ(site.JobOf(small.job).score, 0) << "a job that waits for nobody has no place";
}

TEST_F(DispatcherTest, GivesAJobOfSeveralGroupsItsBestPlace) {
  Script();
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  plan.groups = {InOrder({b}), InOrder({a, b})};
  site.dispatcher->Replan();
  site.dispatcher->plan();
  EXPECT_GT(site.JobOf(b.job).score, site.JobOf(a.job).score);
}

TEST_F(DispatcherTest, LeavesOutJobsThatThePolicyNamesButThatAreNotOpen) {
  Script();
  const RoundKey a = site.OpenRound(SpecOf(1));
  plan.groups = {InOrder({{{77}, {1}}, a})};
  site.dispatcher->Replan();
  site.dispatcher->plan();
  EXPECT_EQ(site.JobOf(a.job).score, 1);
  EXPECT_THAT(site.CheckIn(1)->offers, SizeIs(1));
}

TEST_F(DispatcherTest, PlansNothingWhenNothingIsOpen) {
  site.Start();
  ASSERT_EQ(site.dispatcher->plan().groups.size(), 1U);
  EXPECT_THAT(site.dispatcher->plan().groups[0].order, IsEmpty());
}

TEST_F(DispatcherTest, WatchesTheNeedsOfUnfinishedJobsAndCountsCheckIns) {
  site.Start();
  JobSpec picky = SpecOf(1);
  picky.needs = Needs({{"ram_gb", 6}});
  const auto one = site.Register(picky);
  const auto other = site.Register(picky);
  for (std::uint64_t device = 1; device <= 4; ++device) {
    ASSERT_TRUE(site.CheckIn(device, Has({{"ram_gb", device <= 1 ? 8.0 : 4.0}})));
    site.runtime.RunFor(1s);
  }
  ASSERT_TRUE(site.Ping(1));
  const Supply& supply = site.dispatcher->supply();
  EXPECT_NEAR(supply.Rate(0) * 4, supply.TotalRate(), 1e-9) << "a ping is no check-in";
  ASSERT_TRUE(site.Finish(*one));
  EXPECT_EQ(supply.constraint(0), picky.needs) << "the other job has the same";
  ASSERT_TRUE(site.Finish(*other));
}

TEST_F(DispatcherTest, WatchesAgainAfterARestart) {
  Script();
  JobSpec picky = SpecOf(1);
  picky.needs = Needs({{"ram_gb", 6}});
  const RoundKey round = site.OpenRound(picky);
  ASSERT_TRUE(site.Register(SpecOf(1)));
  ASSERT_TRUE(site.Finish(*site.Register(SpecOf(3))));
  site.Restart();
  site.dispatcher->plan();
  ASSERT_EQ(seen.jobs.size(), 2U);
  EXPECT_EQ(site.dispatcher->supply().constraint(seen.jobs[0].predicate), picky.needs);
  EXPECT_THAT(site.dispatcher->supply().constraint(seen.jobs[1].predicate).bounds().entries(), IsEmpty());
  const RoundStanding* standing = site.dispatcher->experience().Standing(round);
  ASSERT_NE(standing, nullptr);
  EXPECT_EQ(standing->target, 1U);
}

TEST_F(DispatcherTest, CountsTheRoundsThatWereCompleted) {
  Script();
  const RoundKey first = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, first));
  ASSERT_TRUE(site.Close(first));
  const auto second = site.Request(first.job);
  ASSERT_TRUE(site.Close(second->round, RoundOutcome::kAborted, 0));
  for (int restarted = 0; restarted < 2; ++restarted) {
    site.dispatcher->plan();
    EXPECT_EQ(seen.jobs.at(0).rounds_done, 1U);
    EXPECT_EQ(site.dispatcher->experience().Standing(first), nullptr);
    site.Restart();
  }
}

TEST_F(DispatcherTest, TellsTheExperienceOfEveryBind) {
  site.clients.lease = 10s;
  Script();
  const RoundKey round = site.OpenRound(SpecOf(4));
  plan.groups = {InOrder({round})};
  std::vector<std::string> tickets;
  for (std::uint64_t device = 1; device <= 3; ++device) tickets.push_back(site.Take(device, round)->ticket);
  ASSERT_TRUE(site.CheckIn(1, {}, {{tickets[0], TaskOutcome::kCommitted}}));
  ASSERT_TRUE(site.CheckIn(2, {}, {{tickets[1], TaskOutcome::kFailed}}));
  for (int restarted = 0; restarted < 2; ++restarted) {
    const RoundStanding* standing = site.dispatcher->experience().Standing(round);
    ASSERT_NE(standing, nullptr);
    EXPECT_EQ(standing->demand, 4U);
    EXPECT_EQ(standing->accepted, 3U);
    EXPECT_EQ(standing->live, 1U);
    EXPECT_EQ(standing->reported, 1U);
    site.Restart();
  }
  site.runtime.RunFor(11s);
  EXPECT_EQ(site.dispatcher->experience().Standing(round)->live, 0U) << "the lease ran out";
  ASSERT_TRUE(site.Close(round));
  EXPECT_EQ(site.dispatcher->experience().Standing(round), nullptr);
}

// A round of a fast device's work, by terms.
struct TermsTest : DispatcherTest {
  RoundKey Open(std::uint32_t demand) {
    JobSpec spec = SpecOf(demand);
    spec.work.samples = 1'000;
    const RoundKey round = site.OpenRound(spec);
    plan.groups = {InOrder({round})};
    return round;
  }
  void Impose(JobTerms terms) {
    plan.terms = {std::move(terms)};
    site.dispatcher->Replan();
  }
  const Attributes fast = Has({{"ms_per_sample", 10}});   // 10 s
  const Attributes slow = Has({{"ms_per_sample", 100}});  // 100 s
};

TEST_F(TermsTest, KeepATierAtTheOfferAndAtTheAccept) {
  Script();
  const RoundKey round = Open(5);
  Impose({.job = round.job, .slowest = 50s, .care = {}});
  EXPECT_THAT(site.CheckIn(1, fast)->offers, SizeIs(1));
  EXPECT_THAT(site.CheckIn(2, slow)->offers, IsEmpty());
  EXPECT_THAT(site.CheckIn(3)->offers, IsEmpty()) << "its speed is not known";
  EXPECT_EQ(site.Accept(2, round).error().code, Code::kFailedPrecondition);
  EXPECT_EQ(site.Accept(3, round).error().code, Code::kFailedPrecondition);
  EXPECT_TRUE(site.Accept(1, round));
  Impose({.job = round.job, .care = {}});
  EXPECT_TRUE(site.Accept(2, round, "later")) << "without a tier it may";
}

TEST_F(TermsTest, StopWhenEnoughDevicesAreExpectedToReport) {
  Script();
  JobSpec spec = SpecOf(2);
  spec.over_commit = 4;
  const RoundKey round = site.OpenRound(spec);
  plan.groups = {InOrder({round})};
  Impose({.job = round.job, .care = RoundCare{.available_rate = 1, .supply_rate = 1}});
  for (std::uint64_t device = 1; device <= 8; ++device) {
    ASSERT_THAT(site.CheckIn(device)->offers, SizeIs(1));
  }
  std::size_t taken = 0;
  for (std::uint64_t device = 1; device <= 8; ++device) {
    const auto bound = site.Accept(device, round);
    if (bound) {
      ++taken;
    } else {
      EXPECT_EQ(bound.error().code, Code::kResourceExhausted);
    }
  }
  EXPECT_GE(taken, 2U);
  EXPECT_LT(taken, 8U) << "need decides, not the demand";
  EXPECT_THAT(site.CheckIn(9)->offers, IsEmpty());
}

}  // namespace
}  // namespace propius
