#include "scheduling/policies/fluid.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TaskWork kWork{.samples = 1'000, .kilobits = 10'000};

// Plans instead of Venn in these tests: tells that it was asked by a group without order.
class Elsewhere final : public Policy {
 public:
  Plan MakePlan(const Snapshot& /*seen*/, Rng& /*chance*/) override { return {.groups = {{}, {}}, .terms = {}}; }
};

class FluidTest : public ::testing::Test {
 protected:
  FluidTest() : policy_(MakeFluid({}, std::make_unique<Elsewhere>())) {}

  KnownJob& Add(std::uint64_t id, std::uint32_t rounds, const Constraint& needs = {}) {
    KnownJob& job = seen_.Add(id, needs).job;
    job.rounds = rounds;
    job.work = kWork;
    return job;
  }
  // A check-in per second of a device that meets no constraint and one that meets `ram_gb >= 4`.
  void CheckIns(int seconds) {
    const Attributes weak = *Attributes::Make({{"ram_gb", 2}}, "a test");
    const Attributes strong = *Attributes::Make({{"ram_gb", 4}}, "a test");
    for (int i = 0; i < seconds; ++i) {
      for (const Attributes& device : {weak, strong}) seen_.supply.Count(seen_.supply.Locate(device), Time(i * 1s));
    }
    seen_.now = Time(seconds * 1s);
    seen_.supply.Advance(seen_.now);
  }
  Plan MakePlan() { return policy_->MakePlan(seen_.At(seen_.now), chance_); }
  bool AsksElsewhere() { return MakePlan().groups.size() == 2; }

  SeenByPolicy seen_;
  Rng chance_{1};
  std::unique_ptr<Policy> policy_;
};

TEST_F(FluidTest, ServesTheJobFirstThatHasLeastLeft) {
  Add(1, 500);
  Add(2, 20);
  Add(3, 100);
  CheckIns(600);
  EXPECT_THAT(OrderOf(MakePlan()), ElementsAre(2, 3, 1));
  // By what is left, not by the total.
  seen_.jobs[0].rounds_done = 495;
  seen_.now += 25h;
  EXPECT_THAT(OrderOf(MakePlan()).front(), 2);
  seen_.jobs[0].rounds = 505;
  seen_.jobs[0].rounds_done = 504;
  EXPECT_EQ(OrderOf(MakePlan()).size(), 3);
}

TEST_F(FluidTest, CaresForTheRoundsOfEveryJob) {
  Add(1, 500);
  Add(2, 20);
  CheckIns(600);
  const Plan plan = MakePlan();
  ASSERT_EQ(plan.terms.size(), 2);
  for (const JobTerms& terms : plan.terms) {
    ASSERT_TRUE(terms.care);
    EXPECT_TRUE(terms.care->strict_need);
    EXPECT_GT(terms.care->supply_rate, 0);
    EXPECT_LE(terms.care->available_rate, terms.care->supply_rate + 1e-9);
  }
  EXPECT_EQ(plan.terms[0].job, JobId{2});
  EXPECT_NEAR(plan.terms[0].care->available_rate, plan.terms[0].care->supply_rate, 1e-9);
  EXPECT_LT(plan.terms[1].care->available_rate, plan.terms[1].care->supply_rate);
}

TEST_F(FluidTest, PlansOnlyForOpenRequests) {
  Add(1, 500);
  Add(2, 20);
  CheckIns(600);
  seen_.requests.erase(seen_.requests.begin() + 1);
  EXPECT_THAT(OrderOf(MakePlan()), ElementsAre(1));
  seen_.requests.clear();
  EXPECT_THAT(OrderOf(MakePlan()), IsEmpty());
}

TEST_F(FluidTest, KeepsTheOrderWhileNothingHappens) {
  for (std::uint64_t id = 1; id <= 12; ++id) Add(id, static_cast<std::uint32_t>(30 * id % 101 + 5));
  CheckIns(600);
  const auto order = OrderOf(MakePlan());
  seen_.jobs[0].rounds_done = 1;
  seen_.now += 10min;
  EXPECT_EQ(OrderOf(MakePlan()), order);
}

TEST_F(FluidTest, TakesJobsInAndLetsThemGo) {
  Add(1, 500);
  CheckIns(600);
  EXPECT_THAT(OrderOf(MakePlan()), ElementsAre(1));
  Add(2, 20);
  EXPECT_THAT(OrderOf(MakePlan()), ElementsAre(2, 1));
  seen_.jobs.erase(seen_.jobs.begin());
  seen_.requests.erase(seen_.requests.begin());
  seen_.requests[0].known = 0;
  EXPECT_THAT(OrderOf(MakePlan()), ElementsAre(2));
}

TEST_F(FluidTest, FindsManyJobsAPlaceAtOnceAndAnOrderInTime) {
  for (std::uint64_t id = 1; id <= 300; ++id) Add(id, static_cast<std::uint32_t>(10 * id));
  CheckIns(600);
  EXPECT_EQ(OrderOf(MakePlan()).size(), 300);
  Add(301, 1);
  seen_.now += 1s;
  const Plan plan = MakePlan();
  EXPECT_EQ(OrderOf(plan).front(), 301);
  EXPECT_EQ(OrderOf(plan).size(), 301);
  EXPECT_GT(plan.terms.front().care->available_rate, 0);
  seen_.jobs.erase(seen_.jobs.begin());
  seen_.requests.erase(seen_.requests.begin());
  for (OpenRequest& request : seen_.requests) --request.known;
  EXPECT_EQ(OrderOf(MakePlan()).size(), 300);
  const auto rate_of_last = [&] { return MakePlan().terms.back().care->available_rate; };
  const double before = rate_of_last();
  seen_.jobs.back().rounds = 100'000;  // seen by the review only
  EXPECT_EQ(rate_of_last(), before);
  seen_.now += 2min;
  EXPECT_EQ(OrderOf(MakePlan()).back(), 301);
}

TEST_F(FluidTest, ReadsNoChance) {
  for (std::uint64_t id = 1; id <= 20; ++id) Add(id, static_cast<std::uint32_t>(77 * id % 101 + 5));
  CheckIns(600);
  const auto other = MakeFluid({}, std::make_unique<Elsewhere>());
  Rng another(99);
  EXPECT_EQ(OrderOf(MakePlan()), OrderOf(other->MakePlan(seen_.At(seen_.now), another)));
}

TEST_F(FluidTest, PlansBeforeTheFirstDeviceWasSeen) {
  Add(1, 500);
  Add(2, 20);
  EXPECT_EQ(OrderOf(MakePlan()).size(), 2);
  CheckIns(600);
  EXPECT_THAT(OrderOf(MakePlan()), ElementsAre(2, 1));  // the supply has changed
}

TEST_F(FluidTest, LeavesJobsWithoutStatedWorkToTheOtherPolicy) {
  Add(1, 500).work = {};
  CheckIns(600);
  EXPECT_TRUE(AsksElsewhere());
  Add(2, 20);
  EXPECT_FALSE(AsksElsewhere());  // half of them state it
  const Plan plan = MakePlan();
  const auto unstated = std::ranges::find(plan.terms, JobId{1}, &JobTerms::job);
  ASSERT_NE(unstated, plan.terms.end());
  EXPECT_FALSE(unstated->care->strict_need);
}

TEST_F(FluidTest, KeepsItsOrderAtWholeDemandWhereNobodyElsePlans) {
  Add(1, 500).work = {};
  Add(2, 20).work = {};
  CheckIns(600);
  const Plan plan = MakeFluid({}, nullptr)->MakePlan(seen_.At(seen_.now), chance_);
  EXPECT_THAT(OrderOf(plan), ElementsAre(2, 1));
  EXPECT_THAT(plan.terms, IsEmpty());
}

TEST_F(FluidTest, LeavesFleetsWithoutStatedSpeedToTheOtherPolicyUntilTheyStateIt) {
  Add(1, 500);
  CheckIns(600);
  EXPECT_FALSE(AsksElsewhere());
  const RoundKey round{{1}, {1}};
  seen_.experience.RoundOpened(round, 10'000, 10'000, seen_.now + 1h, seen_.now);
  for (std::uint32_t slot = 0; slot < 100; ++slot) seen_.experience.Bound(round, {slot}, std::nullopt, seen_.now);
  EXPECT_FALSE(AsksElsewhere());  // not looked at yet
  seen_.now += 11min;
  EXPECT_TRUE(AsksElsewhere());
  for (std::uint32_t slot = 100; slot < 300; ++slot) seen_.experience.Bound(round, {slot}, 60s, seen_.now);
  seen_.now += 11min;
  EXPECT_FALSE(AsksElsewhere());
}

TEST_F(FluidTest, LearnsHowSlowTheFleetIsBeforeItTurnsStragglersAway) {
  Add(1, 500);
  CheckIns(600);
  EXPECT_EQ(MakePlan().terms[0].care->patience, Duration::max());
  const RoundKey round{{1}, {1}};
  seen_.experience.RoundOpened(round, 200, 200, seen_.now + 1h, seen_.now);
  for (std::uint32_t slot = 0; slot < 200; ++slot) {
    seen_.experience.Bound(round, {slot}, (slot + 1) * 1s, seen_.now);
    seen_.experience.Reported(round, {slot}, seen_.now + 300s);
  }
  // Not in the middle of a round: its fastest devices are the first to report.
  EXPECT_EQ(MakePlan().terms[0].care->patience, Duration::max());
  seen_.experience.RoundClosed(round, true, seen_.now + 300s);
  seen_.experience.RoundOpened({{1}, {2}}, 200, 200, seen_.now + 2h, seen_.now + 300s);
  seen_.requests[0].round = {2};
  const Duration patience = MakePlan().terms[0].care->patience;
  EXPECT_NEAR(Seconds(patience), 0.75 * 120, 5);  // three of five take less than 120 s; all devices are left to it
}

TEST_F(FluidTest, LetsNoLongJobStarveWhileShortOnesCome) {
  Add(1, 100);
  CheckIns(600);
  std::uint64_t next = 2;
  bool first = false;
  for (int hour = 0; hour < 24 * 60 && !first; ++hour) {
    // A short job that has just come, in place of the one before.
    if (seen_.jobs.size() > 1) {
      seen_.jobs.pop_back();
      seen_.requests.pop_back();
    }
    Add(next++, 2).registered_at = seen_.now;
    seen_.now += 1h;
    first = OrderOf(MakePlan()).front() == 1;
  }
  EXPECT_TRUE(first);

  const auto strict = MakeFluid({.ageing = 0}, std::make_unique<Elsewhere>());
  EXPECT_NE(OrderOf(strict->MakePlan(seen_.At(seen_.now), chance_)).front(), 1);
}

}  // namespace
}  // namespace propius
