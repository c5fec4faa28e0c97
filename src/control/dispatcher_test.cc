#include "control/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"
#include "scheduling/policies/srsf.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Plans what the test says, and keeps what it saw.
class ScriptedPolicy final : public Policy {
 public:
  ScriptedPolicy(Plan& plan, std::vector<OpenRequest>& seen) : plan_(plan), seen_(seen) {}
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    seen_.assign(seen.requests.begin(), seen.requests.end());
    return plan_;
  }

 private:
  Plan& plan_;
  std::vector<OpenRequest>& seen_;
};

struct DispatcherTest : ::testing::Test {
  void Script() {
    site.make_policy = [this] { return std::make_unique<ScriptedPolicy>(plan, seen); };
    site.Start();
  }
  Desks site;
  Plan plan;
  std::vector<OpenRequest> seen;
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
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].job, first.job);
  EXPECT_EQ(seen[0].tenant, "team");
  EXPECT_EQ(seen[0].needs, spec.needs);
  EXPECT_EQ(seen[0].demand, 3U);
  EXPECT_EQ(seen[0].remaining, 2U);
  EXPECT_EQ(seen[0].attained_service, 1U);
  EXPECT_EQ(seen[0].total_demand, 12U);
  EXPECT_EQ(seen[1].job, third.job);
  EXPECT_EQ(seen[1].requested_at, site.runtime.Now());
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
  plan = {{.admits = {}, .order = {b.job}}, {.admits = {}, .order = {a.job, b.job}}};
  site.dispatcher->Replan();
  site.dispatcher->plan();
  EXPECT_GT(site.JobOf(b.job).score, site.JobOf(a.job).score);
}

TEST_F(DispatcherTest, LeavesOutJobsThatThePolicyNamesButThatAreNotOpen) {
  Script();
  const RoundKey a = site.OpenRound(SpecOf(1));
  plan = {{.admits = {}, .order = {{77}, a.job}}};
  site.dispatcher->Replan();
  const Lineup& lineup = site.dispatcher->lineup();
  ASSERT_EQ(lineup.queues.size(), 1U);
  ASSERT_EQ(lineup.queues[0].places.size(), 1U);
  EXPECT_EQ(lineup.queues[0].places[0].round, a);
}

TEST_F(DispatcherTest, KeepsEachDistinctConstraintOnce) {
  site.Start();
  JobSpec picky = SpecOf(1);
  picky.needs = Needs({{"ram_gb", 6}});
  site.OpenRound(picky);
  site.OpenRound(SpecOf(1));
  site.OpenRound(picky);
  EXPECT_THAT(site.dispatcher->lineup().needs, ElementsAre(picky.needs, Constraint()));
}

TEST_F(DispatcherTest, PlansNothingWhenNothingIsOpen) {
  site.Start();
  ASSERT_EQ(site.dispatcher->plan().size(), 1U);
  EXPECT_THAT(site.dispatcher->plan()[0].order, IsEmpty());
}

}  // namespace
}  // namespace propius
