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
  void SetUp() override { site.Start(); }
  std::vector<RoundKey> Offered(const Lineup& lineup, const Attributes& attributes = {}, std::size_t max = 20) {
    std::vector<RoundKey> rounds;
    for (const Offer& offer : MakeOffers(lineup, *site.book, {1}, attributes, max)) rounds.push_back(offer.round);
    return rounds;
  }
  static Lineup::Queue QueueOf(std::vector<RoundKey> rounds, Constraint admits = {}) {
    Lineup::Queue queue{.admits = std::move(admits), .places = {}};
    for (const RoundKey& round : rounds) queue.places.push_back({round, 0});
    return queue;
  }
  Desks site;
};

TEST_F(OffersTest, OffersTheBestFirstWithTheirPrivateConstraints) {
  JobSpec spec = SpecOf(1);
  spec.private_needs = Needs({{"samples", 100}});
  const RoundKey a = site.OpenRound(spec);
  const RoundKey b = site.OpenRound(SpecOf(1));
  const auto offers = MakeOffers(site.dispatcher->lineup(), *site.book, {1}, {}, 20);
  ASSERT_THAT(offers, SizeIs(2));
  EXPECT_EQ(offers[0].round, a);
  EXPECT_EQ(offers[0].private_needs, spec.private_needs);
  EXPECT_EQ(offers[1].round, b);
}

TEST_F(OffersTest, OffersAJobOfSeveralGroupsOnce) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  const Lineup lineup{.queues = {QueueOf({b}), QueueOf({a, b})}, .needs = {Constraint()}};
  EXPECT_THAT(Offered(lineup), ElementsAre(b, a));
}

TEST_F(OffersTest, WalksOnlyTheGroupsThatAdmitTheDevice) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  const Lineup lineup{.queues = {QueueOf({a}, Needs({{"ram_gb", 8}})), QueueOf({b})}, .needs = {Constraint()}};
  EXPECT_THAT(Offered(lineup), ElementsAre(b));
  EXPECT_THAT(Offered(lineup, Has({{"ram_gb", 8}})), ElementsAre(a, b));
}

TEST_F(OffersTest, SkipsJobsWhosePublicConstraintsTheDeviceDoesNotMeet) {
  JobSpec picky = SpecOf(1);
  picky.needs = Needs({{"ram_gb", 6}});
  const RoundKey first = site.OpenRound(picky);
  const RoundKey second = site.OpenRound(SpecOf(1));
  const RoundKey third = site.OpenRound(picky);
  const Lineup& lineup = site.dispatcher->lineup();
  EXPECT_THAT(Offered(lineup, Has({{"ram_gb", 5.9}})), ElementsAre(second));
  EXPECT_THAT(Offered(lineup, Has({{"cpu_f", 9}})), ElementsAre(second)) << "what is not stated meets nothing";
  EXPECT_THAT(Offered(lineup, Has({{"ram_gb", 6}})), ElementsAre(first, second, third));
}

TEST_F(OffersTest, SkipsRoundsThatTheDeviceHasHadASlotOf) {
  const RoundKey a = site.OpenRound(SpecOf(2));
  const RoundKey b = site.OpenRound(SpecOf(2));
  const Lineup lineup = site.dispatcher->lineup();
  ASSERT_TRUE(site.Take(1, a));
  const std::string ticket = site.CheckIn(1)->holding->ticket;
  ASSERT_TRUE(site.CheckIn(1, {}, {{ticket, TaskOutcome::kFailed}}));
  EXPECT_THAT(Offered(lineup), ElementsAre(b));
}

TEST_F(OffersTest, SkipsRoundsThatClosedOrFilledSinceTheLineupWasMade) {
  const RoundKey a = site.OpenRound(SpecOf(1));
  const RoundKey b = site.OpenRound(SpecOf(1));
  Lineup lineup = site.dispatcher->lineup();
  lineup.queues[0].places.push_back({{{99}, {1}}, 0});
  ASSERT_TRUE(site.Take(7, a));
  ASSERT_TRUE(site.Close(b));
  EXPECT_THAT(Offered(lineup), IsEmpty());
}

TEST_F(OffersTest, OffersExactlyTheLimit) {
  for (int i = 0; i < 5; ++i) site.OpenRound(SpecOf(1));
  EXPECT_THAT(Offered(site.dispatcher->lineup(), {}, 3), SizeIs(3));
  EXPECT_THAT(Offered(site.dispatcher->lineup(), {}, 5), SizeIs(5));
  EXPECT_THAT(Offered(site.dispatcher->lineup(), {}, 0), IsEmpty());
}

}  // namespace
}  // namespace propius
