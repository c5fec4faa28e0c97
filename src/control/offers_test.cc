#include "control/offers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct OffersTest : ::testing::Test {
  void SetUp() override {
    site.make_policy = [this] { return std::make_unique<ScriptedPolicy>(plan); };
    site.Start();
  }
  // Without the round: what the job's open round is offered as.
  void Plan(std::vector<Group> groups) {
    plan.groups = std::move(groups);
    site.dispatcher->Replan();
  }
  static Group InOrder(std::vector<RoundKey> rounds, Constraint admits = {}) {
    Group group;
    group.admits = std::move(admits);
    for (const RoundKey& round : rounds) group.order.push_back(round.job);
    return group;
  }
  std::vector<Offer> Offers(const Attributes& attributes = {}, std::size_t max = 20) {
    const Profile& profile = site.window->CheckIn({1}, attributes, site.runtime.Now());
    return MakeOffers(*site.dispatcher, *site.book, {1}, profile, max);
  }
  std::vector<RoundKey> Offered(const Attributes& attributes = {}, std::size_t max = 20) {
    std::vector<RoundKey> rounds;
    for (const Offer& offer : Offers(attributes, max)) rounds.push_back(offer.round);
    return rounds;
  }
  propius::Plan plan;
  Desks site;
};

TEST_F(OffersTest, OffersTheBestFirstWithTheirPrivateConstraints) {
  JobSpec spec = SpecOf(1);
  spec.private_needs = Needs({{"samples", 100}});
  const RoundKey a = site.OpenRound(spec);
  const RoundKey b = site.OpenRound(SpecOf(1));
  Plan({InOrder({a, b})});
  const auto offers = Offers();
  ASSERT_THAT(offers, SizeIs(2));
  EXPECT_EQ(offers[0].round, a);
  EXPECT_EQ(offers[0].private_needs, spec.private_needs);
  EXPECT_EQ(offers[1].round, b);
}

TEST_F(OffersTest, OffersAJobOfSeveralGroupsOnce) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  Plan({InOrder({b}), InOrder({a, b})});
  EXPECT_THAT(Offered(), ElementsAre(b, a));
}

TEST_F(OffersTest, WalksOnlyTheGroupsThatAdmitTheDevice) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  Plan({InOrder({a}, Needs({{"ram_gb", 8}})), InOrder({b})});
  EXPECT_THAT(Offered(), ElementsAre(b));
  EXPECT_THAT(Offered(Has({{"ram_gb", 8}})), ElementsAre(a, b));
}

TEST_F(OffersTest, SkipsJobsWhosePublicConstraintsTheDeviceDoesNotMeet) {
  JobSpec picky = SpecOf(1);
  picky.needs = Needs({{"ram_gb", 6}});
  const RoundKey first = site.OpenRound(picky);
  const RoundKey second = site.OpenRound(SpecOf(1));
  const RoundKey third = site.OpenRound(picky);
  Plan({InOrder({first, second, third})});
  EXPECT_THAT(Offered(Has({{"ram_gb", 5.9}})), ElementsAre(second));
  EXPECT_THAT(Offered(Has({{"cpu_f", 9}})), ElementsAre(second)) << "what is not stated meets nothing";
  EXPECT_THAT(Offered(Has({{"ram_gb", 6}})), ElementsAre(first, second, third));
}

TEST_F(OffersTest, SkipsRoundsThatTheDeviceHasHadASlotOf) {
  const RoundKey a = site.OpenRound(SpecOf(2));
  const RoundKey b = site.OpenRound(SpecOf(2));
  Plan({InOrder({a, b})});
  ASSERT_TRUE(site.Take(1, a));
  const std::string ticket = site.CheckIn(1)->holding->ticket;
  ASSERT_TRUE(site.CheckIn(1, {}, {{ticket, TaskOutcome::kFailed}}));
  EXPECT_THAT(Offered(), ElementsAre(b));
}

TEST_F(OffersTest, SkipsRoundsThatClosedOrFilledSinceTheLastPlan) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  Plan({InOrder({a, b, {{99}, {1}}})});
  ASSERT_THAT(Offered(), ElementsAre(a, b));
  ASSERT_TRUE(site.Take(7, a));
  ASSERT_TRUE(site.Close(b));
  EXPECT_THAT(Offered(), IsEmpty());
}

TEST_F(OffersTest, OffersExactlyTheLimit) {
  std::vector<RoundKey> rounds;
  for (int i = 0; i < 5; ++i) rounds.push_back(site.OpenRound(SpecOf(1)));
  Plan({InOrder(rounds)});
  EXPECT_THAT(Offered({}, 3), SizeIs(3));
  EXPECT_THAT(Offered({}, 5), SizeIs(5));
  EXPECT_THAT(Offered({}, 0), IsEmpty());
}

}  // namespace
}  // namespace propius
