#include "control/waiting_room.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A control plane in small-batch mode.
struct SmallBatch : ::testing::Test {
  void SetUp() override {
    site.clients.mode = MatchMode::kSmallBatch;
    site.clients.batch_interval = 2s;
    site.Start();
  }
  WaitingRoom::Figures Figures() const { return *site.client_desk->batch_figures(); }
  // What the device is offered when it comes back as it is told.
  std::vector<Offer> OffersLater(std::uint64_t device) {
    const auto greeting = site.Ping(device);
    return greeting ? greeting->offers : std::vector<Offer>();
  }
  Desks site;
};

TEST_F(SmallBatch, OffersNothingAtTheCheckInAndTheRoundAfterTheNextBatch) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  const auto greeting = site.CheckIn(1);
  EXPECT_THAT(greeting->offers, IsEmpty());
  EXPECT_GT(greeting->retry_after, 0us);
  EXPECT_EQ(Figures().waiting, 1U);
  site.runtime.RunFor(greeting->retry_after);
  const auto offers = OffersLater(1);
  ASSERT_THAT(offers, SizeIs(1));
  EXPECT_EQ(offers[0].round, round);
  ASSERT_TRUE(site.Accept(1, round));
  EXPECT_EQ(Figures().waiting, 0U);
  EXPECT_EQ(Figures().promised, 0U);
}

TEST_F(SmallBatch, TellsADeviceToComeBackSoonAfterTheNextBatch) {
  for (std::uint64_t device = 1; device <= 40; ++device) {
    const auto greeting = site.CheckIn(device);
    const Time back = site.runtime.Now() + greeting->retry_after;
    const Duration into = back.time_since_epoch() % 2s;
    EXPECT_GE(greeting->retry_after, site.clients.min_retry);
    EXPECT_LE(greeting->retry_after, 4s);
    if (greeting->retry_after > 1500ms) {
      EXPECT_LE(into, 1500ms);
    }
    site.runtime.RunFor(137ms);
  }
}

TEST_F(SmallBatch, PromisesNoMorePlacesThanARoundHas) {
  const RoundKey round = site.OpenRound(SpecOf(5));
  for (std::uint64_t device = 1; device <= 50; ++device) ASSERT_TRUE(site.CheckIn(device));
  site.runtime.RunFor(2500ms);
  std::size_t offered = 0;
  for (std::uint64_t device = 1; device <= 50; ++device) {
    if (OffersLater(device).empty()) continue;
    ++offered;
    EXPECT_TRUE(site.Accept(device, round)) << "what is promised is there";
  }
  EXPECT_EQ(offered, 5U);
  EXPECT_FALSE(site.RoundOf(round).open());
}

TEST_F(SmallBatch, SpreadsDevicesOverJobsInsteadOfSendingThemAllToTheFirst) {
  const RoundKey first = site.OpenRound(SpecOf(2));
  const RoundKey second = site.OpenRound(SpecOf(3));
  for (std::uint64_t device = 1; device <= 5; ++device) ASSERT_TRUE(site.CheckIn(device));
  site.runtime.RunFor(2500ms);
  for (std::uint64_t device = 1; device <= 5; ++device) {
    const auto offers = OffersLater(device);
    ASSERT_THAT(offers, SizeIs(1));
    ASSERT_TRUE(site.Accept(device, offers[0].round));
  }
  EXPECT_EQ(site.RoundOf(first).live, 2U);
  EXPECT_EQ(site.RoundOf(second).live, 3U);
}

TEST_F(SmallBatch, MakesABatchAtOnceWhenEnoughDevicesWait) {
  site.clients.batch_size = 3;
  site.Restart();
  site.OpenRound(SpecOf(3));
  EXPECT_THAT(site.CheckIn(1)->offers, IsEmpty());
  EXPECT_THAT(site.CheckIn(2)->offers, IsEmpty());
  EXPECT_THAT(site.CheckIn(3)->offers, SizeIs(1)) << "who completes the batch hears of it at once";
  EXPECT_THAT(OffersLater(1), SizeIs(1));
  EXPECT_THAT(OffersLater(2), SizeIs(1));
}

TEST_F(SmallBatch, GivesAPlaceToAnotherWhenADeviceDoesNotComeForIt) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.CheckIn(1));
  site.runtime.RunFor(2500ms);
  EXPECT_EQ(Figures().promised, 1U);
  ASSERT_TRUE(site.CheckIn(2));
  site.runtime.RunFor(2500ms);
  EXPECT_THAT(OffersLater(2), IsEmpty());
  std::size_t offered = 0;
  for (int i = 0; i < 5 && offered == 0; ++i) {
    site.runtime.RunFor(2s);
    offered = OffersLater(2).size();
  }
  EXPECT_EQ(offered, 1U);
  EXPECT_TRUE(site.Accept(2, round));
}

TEST_F(SmallBatch, ForgetsADeviceThatDoesNotAskAgain) {
  ASSERT_TRUE(site.CheckIn(1));
  EXPECT_EQ(Figures().waiting, 1U);
  site.runtime.RunFor(30s);
  EXPECT_EQ(Figures().waiting, 0U);
  site.OpenRound(SpecOf(1));
  site.runtime.RunFor(30s);
  EXPECT_EQ(Figures().promised, 0U);
  ASSERT_TRUE(site.Ping(1)) << "it is in the window still";
  site.runtime.RunFor(2500ms);
  EXPECT_THAT(OffersLater(1), SizeIs(1));
}

TEST_F(SmallBatch, RepeatsAnOfferWhoseAnswerWasLostAndThenTakesSilenceForNo) {
  JobSpec spec = SpecOf(1);
  spec.private_needs = Needs({{"samples", 100}});
  const RoundKey picky = site.OpenRound(spec);
  const RoundKey plain = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.CheckIn(1));
  site.runtime.RunFor(2500ms);
  for (int told = 0; told < 2; ++told) {
    const auto offers = OffersLater(1);
    ASSERT_THAT(offers, SizeIs(2)) << "with a private constraint another offer comes after it";
    EXPECT_EQ(offers[0].round, picky);
    EXPECT_EQ(offers[0].private_needs, spec.private_needs);
    EXPECT_EQ(offers[1].round, plain);
  }
  EXPECT_THAT(OffersLater(1), IsEmpty()) << "declined";
  // Others get what it does not want.
  ASSERT_TRUE(site.CheckIn(2));
  site.runtime.RunFor(2500ms);
  EXPECT_THAT(OffersLater(2), SizeIs(2));
  ASSERT_TRUE(site.Accept(2, picky));
  // And it may have the other after a while.
  std::size_t offered = 0;
  for (int i = 0; i < 15; ++i) {
    site.runtime.RunFor(2s);
    offered += OffersLater(1).size();
  }
  EXPECT_GE(offered, 1U);
}

TEST_F(SmallBatch, OffersNothingThatClosedMeanwhile) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.CheckIn(1));
  site.runtime.RunFor(2500ms);
  ASSERT_TRUE(site.Close(round));
  EXPECT_THAT(OffersLater(1), IsEmpty());
  const auto next = site.Request(round.job);
  site.runtime.RunFor(2500ms);
  const auto offers = OffersLater(1);
  ASSERT_THAT(offers, SizeIs(1));
  EXPECT_EQ(offers[0].round, next->round);
}

TEST_F(SmallBatch, MatchesOnlyEligibleDevicesThatHadNoSlotOfTheRound) {
  JobSpec spec = SpecOf(2);
  spec.needs = Needs({{"ram_gb", 6}});
  const RoundKey round = site.OpenRound(spec);
  ASSERT_TRUE(site.CheckIn(1, Has({{"ram_gb", 8}})));
  ASSERT_TRUE(site.CheckIn(2, Has({{"ram_gb", 4}})));
  site.runtime.RunFor(2500ms);
  EXPECT_THAT(OffersLater(2), IsEmpty());
  ASSERT_THAT(OffersLater(1), SizeIs(1));
  const auto bound = site.Accept(1, round);
  ASSERT_TRUE(site.CheckIn(1, Has({{"ram_gb", 8}}), {{bound->ticket, TaskOutcome::kFailed}}));
  site.runtime.RunFor(2500ms);
  EXPECT_THAT(OffersLater(1), IsEmpty());
}

TEST_F(SmallBatch, NeedsNoPromiseToAccept) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.CheckIn(1));
  site.runtime.RunFor(2500ms);
  ASSERT_THAT(OffersLater(1), SizeIs(1));
  site.Restart();
  ASSERT_TRUE(site.CheckIn(1));
  EXPECT_TRUE(site.Accept(1, round)) << "the offer was made before the restart";
}

TEST_F(SmallBatch, PromisesUnderRoundCareWhatIsNeededNotWhatIsDemanded) {
  Plan plan;
  site.make_policy = [&plan] { return std::make_unique<ScriptedPolicy>(plan); };
  site.Restart();
  JobSpec spec = SpecOf(2);
  spec.over_commit = 10;
  const RoundKey round = site.OpenRound(spec);
  plan.groups.emplace_back().order = {round.job};
  plan.terms = {{.job = round.job, .care = RoundCare{.available_rate = 10, .supply_rate = 10, .success = 1}}};
  site.dispatcher->Replan();
  for (std::uint64_t device = 1; device <= 30; ++device) ASSERT_TRUE(site.CheckIn(device));
  site.runtime.RunFor(2500ms);
  EXPECT_EQ(Figures().promised, 2U);
}

TEST_F(SmallBatch, LooksAtNobodyWhileNothingIsOpen) {
  for (std::uint64_t device = 1; device <= 5; ++device) ASSERT_TRUE(site.CheckIn(device));
  site.runtime.RunFor(2500ms);
  EXPECT_EQ(Figures().batches, 0U);
  EXPECT_EQ(Figures().looked_at, 0U);
}

TEST(OnlineMode, HasNoBatches) {
  Desks site;
  site.Start();
  EXPECT_FALSE(site.client_desk->batch_figures());
}

}  // namespace
}  // namespace propius
