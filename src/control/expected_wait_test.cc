#include "control/expected_wait.h"

#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

// Two jobs of 60 places, one device a second of which each kind goes where the groups send it.
struct ExpectedWaitTest : ::testing::Test {
  void SetUp() override {
    any = supply.Watch({}, [](const auto&) {});
    roomy = supply.Watch(Needs({{"ram_gb", 6}}), [](const auto&) {});
    for (int second = 0; second < 3'600; ++second) {
      supply.Count(supply.Locate(second % 4 == 0 ? Has({{"ram_gb", 8}}) : Has({{"ram_gb", 4}})), Time(second * 1s));
    }
  }
  double Wait(const Plan& plan, std::size_t whose) {
    const std::vector<Competitor> competitors = {{{1}, any, 60, share}, {{2}, roomy, 60}};
    const auto wait = ExpectedWait(plan, competitors, supply, kinds, whose);
    return wait ? Seconds(*wait) : -1;
  }
  static Group InOrder(std::vector<JobId> order) {
    Group group;
    group.order = std::move(order);
    return group;
  }
  Supply supply;
  PredicateId any = 0;
  PredicateId roomy = 0;
  double share = 1;  // of the first job
  std::vector<Attributes> kinds;
};

TEST_F(ExpectedWaitTest, FollowsTheOrder) {
  const Plan first{.groups = {InOrder({{1}, {2}})}, .terms = {}};
  EXPECT_NEAR(Wait(first, 0), 60, 1);
  EXPECT_NEAR(Wait(first, 1), 60 + 240, 3);
  const Plan second{.groups = {InOrder({{2}, {1}})}, .terms = {}};
  EXPECT_NEAR(Wait(second, 1), 240, 3);
  EXPECT_NEAR(Wait(second, 0), 80, 1);
}

TEST_F(ExpectedWaitTest, SendsAtomsToTheGroupThatIsFirstForThem) {
  Group scarce = InOrder({{2}});
  scarce.first = supply.Eligible(roomy);
  const Plan plan{.groups = {InOrder({{1}}), scarce}, .terms = {}};
  EXPECT_NEAR(Wait(plan, 1), 240, 3);
  EXPECT_NEAR(Wait(plan, 0), 80, 1);
}

TEST_F(ExpectedWaitTest, KeepsOtherAtomsOutOfAGroupThatIsOnlyForItsOwn) {
  Group closed = InOrder({{1}});
  closed.first = supply.Eligible(roomy);
  closed.only_first = true;
  EXPECT_NEAR(Wait({.groups = {closed}, .terms = {}}, 0), 240, 3);
}

TEST_F(ExpectedWaitTest, SplitsTheFleetAsTheGroupsDo) {
  Group one = InOrder({{1}});
  one.part = {0, 0.25};
  Group other = InOrder({{2}});
  other.part = {0.25, 1};
  const Plan plan{.groups = {one, other}, .terms = {}};
  EXPECT_NEAR(Wait(plan, 0), 240, 3);
  EXPECT_NEAR(Wait(plan, 1), 60 * 4 / 0.75, 4);
}

TEST_F(ExpectedWaitTest, SharesWhereDevicesDrawOneJob) {
  Group group = InOrder({{1}, {2}});
  group.draw_one = true;
  const Plan plan{.groups = {group}, .terms = {}};
  EXPECT_NEAR(Wait(plan, 0), 120, 2);
  EXPECT_NEAR(Wait(plan, 1), 480, 5);
}

TEST_F(ExpectedWaitTest, KeepsOutWhomAGroupDoesNotAdmit) {
  kinds.resize(supply.atoms());
  kinds[supply.Locate(Has({{"ram_gb", 8}}))] = Has({{"ram_gb", 8}});
  kinds[supply.Locate(Has({{"ram_gb", 4}}))] = Has({{"ram_gb", 4}});
  Group group = InOrder({{1}});
  group.admits = Needs({{"ram_gb", 6}});
  EXPECT_NEAR(Wait({.groups = {group}, .terms = {}}, 0), 240, 3);
  group.admits = Needs({{"ram_gb", 9}});
  EXPECT_EQ(Wait({.groups = {group}, .terms = {}}, 0), -1);
}

TEST_F(ExpectedWaitTest, PassesOnWhomTheTermsOfARequestDoNotLetIn) {
  share = 0.25;
  const Plan plan{.groups = {InOrder({{1}, {2}})}, .terms = {}};
  EXPECT_NEAR(Wait(plan, 0), 240, 3);
  // Three of four roomy devices until then, all of them from then on.
  EXPECT_NEAR(Wait(plan, 1), 240 + (60 - 0.75 * 60) * 4, 4);
}

TEST_F(ExpectedWaitTest, SeesNoEndForWhomThePlanLeavesOut) {
  const Plan plan{.groups = {InOrder({{1}})}, .terms = {}};
  EXPECT_EQ(Wait(plan, 1), -1);
}

}  // namespace
}  // namespace propius
