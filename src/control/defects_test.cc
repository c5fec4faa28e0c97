// The defects of the authors' Python code in job manager, scheduler and binding, each as a test that ours passes. The
// letters are those of the review that found them.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"
#include "scheduling/policies/srsf.h"

namespace propius {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Defects : ::testing::Test {
  void SetUp() override { site.Start(); }
  Desks site;
};

TEST_F(Defects, A_OneUnknownDeviceCannotFillADemand) {
  const RoundKey round = site.OpenRound(SpecOf(5));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(site.Accept(7, round, std::to_string(i)).error().code, Code::kNotFound);
  }
  EXPECT_EQ(site.RoundOf(round).live, 0U);
}

TEST_F(Defects, A_AnIneligibleDeviceCannotTakeATaskByAskingForIt) {
  JobSpec spec = SpecOf(5);
  spec.needs = Needs({{"cpu_f", 7}, {"ram_gb", 6}});
  const RoundKey round = site.OpenRound(spec);
  ASSERT_TRUE(site.CheckIn(1, Has({{"cpu_f", 7}, {"ram_gb", 4}})));
  EXPECT_EQ(site.Accept(1, round).error().code, Code::kFailedPrecondition);
  ASSERT_TRUE(site.CheckIn(2, Has({{"cpu_f", 7}})));
  EXPECT_EQ(site.Accept(2, round).error().code, Code::kFailedPrecondition);
  ASSERT_TRUE(site.CheckIn(3, Has({{"cpu_f", 7}, {"ram_gb", 6}})));
  EXPECT_TRUE(site.Accept(3, round));
}

TEST_F(Defects, A_OneDeviceCannotHoldTwoPlaces) {
  const RoundKey round = site.OpenRound(SpecOf(5));
  ASSERT_TRUE(site.Take(1, round, "n1"));
  EXPECT_EQ(site.Accept(1, round, "n2").error().code, Code::kFailedPrecondition);
  EXPECT_EQ(site.RoundOf(round).live, 1U);
}

TEST_F(Defects, B_RetriedCallsCountOnce) {
  const auto job = site.Register(SpecOf(5), "register");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*site.Register(SpecOf(5), "register"), *job);
  EXPECT_EQ(site.book->jobs().size(), 1U);

  const auto grant = site.Request(*job, 0, "request");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(site.Request(*job, 0, "request")->round, grant->round);
  EXPECT_EQ(site.JobOf(*job).round.value, 1U);

  const auto bound = site.Take(1, grant->round, "accept");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(site.Accept(1, grant->round, "accept")->slot, bound->slot);
  EXPECT_EQ(site.RoundOf(grant->round).issued, 1U);
}

TEST_F(Defects, C_ADeviceThatDiesAfterAcceptLosesItsPlaceToAnother) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  EXPECT_THAT(site.CheckIn(2)->offers, IsEmpty());
  site.runtime.RunFor(site.clients.lease);
  EXPECT_EQ(site.JobOf(round.job).state, JobState::kScheduling);
  EXPECT_THAT(site.CheckIn(2)->offers, SizeIs(1));
  const auto bound = site.Accept(2, round);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->slot.value, 1U) << "the number of the lost place is spent";
}

TEST_F(Defects, D_AnOpenJobIsOfferedHoweverManyFullOnesStandBeforeIt) {
  for (std::uint64_t i = 0; i < 150; ++i) {
    const RoundKey full = site.OpenRound(SpecOf(1));
    ASSERT_TRUE(site.Take(1'000 + i, full));
    ASSERT_TRUE(site.Register(SpecOf(1)));
  }
  const RoundKey open = site.OpenRound(SpecOf(1));
  const auto greeting = site.CheckIn(1);
  ASSERT_THAT(greeting->offers, SizeIs(1));
  EXPECT_EQ(greeting->offers[0].round, open);
}

TEST_F(Defects, E_OffersAreAsManyAsTheLimitNotOneMore) {
  for (int i = 0; i < 30; ++i) site.OpenRound(SpecOf(1));
  EXPECT_THAT(site.CheckIn(1)->offers, SizeIs(20));
}

TEST_F(Defects, F_DevicesKeepApartHoweverManyThereAre) {
  JobSpec spec = SpecOf(1);
  spec.needs = Needs({{"ram_gb", 6}});
  const RoundKey round = site.OpenRound(spec);
  // Ids that fall together modulo the authors' 100,000.
  ASSERT_TRUE(site.CheckIn(5, Has({{"ram_gb", 8}})));
  ASSERT_TRUE(site.CheckIn(100'005, Has({{"ram_gb", 2}})));
  EXPECT_EQ(site.window->Size(), 2);
  EXPECT_EQ(site.Accept(100'005, round).error().code, Code::kFailedPrecondition);
  EXPECT_TRUE(site.Accept(5, round));
}

TEST_F(Defects, G_AnAgedOutOrUnknownDeviceIsNotServedAsAllZero) {
  site.Crash();
  site.window_span = 1min;
  site.Start();
  const RoundKey round = site.OpenRound(SpecOf(1));
  EXPECT_EQ(site.Ping(1).error().code, Code::kNotFound);
  ASSERT_TRUE(site.CheckIn(1));
  site.runtime.RunFor(1min);
  EXPECT_EQ(site.Ping(1).error().code, Code::kNotFound);
  EXPECT_EQ(site.Accept(1, round).error().code, Code::kNotFound);
}

TEST_F(Defects, G_APingKeepsADeviceInTheWindow) {
  site.Crash();
  site.window_span = 1min;
  site.Start();
  ASSERT_TRUE(site.CheckIn(1));
  for (int i = 0; i < 5; ++i) {
    site.runtime.RunFor(50s);
    EXPECT_TRUE(site.Ping(1));
  }
}

TEST_F(Defects, H_ARushForTheLastPlacesNeverOverfillsARound) {
  const RoundKey round = site.OpenRound(SpecOf(5));
  std::vector<Caught<Bound>> answers(50);
  for (std::uint64_t i = 0; i < answers.size(); ++i) ASSERT_TRUE(site.CheckIn(i + 1));
  for (std::uint64_t i = 0; i < answers.size(); ++i) {
    site.client_desk->Accept({i + 1}, round, "n", answers[i].done());
  }
  site.runtime.RunFor(1s);
  std::set<Slot> slots;
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.count(), 1U);
    if (answer.get()) {
      EXPECT_TRUE(slots.insert(answer.get()->slot).second);
    } else {
      EXPECT_EQ(answer.get().error().code, Code::kResourceExhausted);
    }
  }
  EXPECT_THAT(slots, SizeIs(5));
}

TEST_F(Defects, I_ALateAcceptDoesNotLandInTheNextRound) {
  const RoundKey first = site.OpenRound(SpecOf(1));
  ASSERT_THAT(site.CheckIn(1)->offers, SizeIs(1));
  ASSERT_TRUE(site.Close(first));
  const auto second = site.Request(first.job);
  EXPECT_EQ(site.Accept(1, first).error().code, Code::kResourceExhausted);
  EXPECT_EQ(site.RoundOf(second->round).live, 0U);
}

TEST_F(Defects, R_SilentAndFinishedJobsGoAway) {
  const auto job = site.Register(SpecOf(1));
  site.runtime.RunFor(site.jobs.max_silence + 1min);
  EXPECT_EQ(site.JobOf(*job).state, JobState::kFinished);
  site.runtime.RunFor(site.jobs.retention + 1min);
  EXPECT_THAT(site.book->jobs(), IsEmpty());
}

TEST_F(Defects, S_TheSweepSeesEveryJobAlsoThoseThatNeverRequested) {
  for (int i = 0; i < 150; ++i) ASSERT_TRUE(site.Register(SpecOf(1)));
  site.runtime.RunFor(site.jobs.max_silence + 1min);
  for (const auto& [id, job] : site.book->jobs()) EXPECT_EQ(job.state, JobState::kFinished) << id.value;
}

TEST_F(Defects, S_ALongRoundIsNotTakenForSilence) {
  JobSpec spec = SpecOf(1);
  spec.deadline = 2h;
  const RoundKey round = site.OpenRound(spec);
  site.runtime.RunFor(1h + 59min);
  EXPECT_EQ(site.JobOf(round.job).state, JobState::kScheduling);
  ASSERT_TRUE(site.Close(round));
  site.runtime.RunFor(20min);
  EXPECT_NE(site.JobOf(round.job).state, JobState::kFinished) << "silence counts from the end of the round";
  EXPECT_TRUE(site.Request(round.job));
}

TEST_F(Defects, T_EndingARequestAddsOnlyTheServiceThatWasGiven) {
  const RoundKey round = site.OpenRound(SpecOf(10));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Take(2, round));
  const auto ended = site.End(round);
  EXPECT_EQ(ended->job.attained_service, 2U);
  EXPECT_EQ(ended->job.amount, 2U);
  ASSERT_TRUE(site.Close(round));
  EXPECT_EQ(site.JobOf(round.job).attained_service, 2U);
}

TEST_F(Defects, U_SrsfFollowsWhatRemains) {
  site.make_policy = MakeSrsf;
  site.Restart();
  const RoundKey big = site.OpenRound(SpecOf(5));
  const RoundKey small = site.OpenRound(SpecOf(3));
  for (std::uint64_t device = 1; device <= 3; ++device) ASSERT_TRUE(site.Take(device, big));
  // Now 2 remain of the big one; the next plan knows.
  ASSERT_TRUE(site.Register(SpecOf(1)));
  const auto greeting = site.CheckIn(9);
  ASSERT_THAT(greeting->offers, SizeIs(2));
  EXPECT_EQ(greeting->offers[0].round, big);
  EXPECT_EQ(greeting->offers[1].round, small);
}

TEST_F(Defects, U_ARefusedRequestDoesNotReachTheScheduler) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  site.dispatcher->plan();
  const auto plans = site.dispatcher->plans_made();
  EXPECT_FALSE(site.Request(round.job));
  EXPECT_FALSE(site.Request({99}));
  site.dispatcher->plan();
  EXPECT_EQ(site.dispatcher->plans_made(), plans);
}

TEST_F(Defects, AdmissionRefusesADemandThatNoFleetCanMeet) {
  EXPECT_EQ(site.Register(SpecOf(2'000'000'000)).error().code, Code::kInvalidArgument);
}

TEST_F(Defects, Availability_ARestartOfTheControlPlaneLosesNothingThatWasAnswered) {
  const RoundKey round = site.OpenRound(SpecOf(3));
  const auto bound = site.Take(1, round);
  const Job job = site.JobOf(round.job);
  const Round before = site.RoundOf(round);
  site.Restart();
  EXPECT_EQ(site.JobOf(round.job), job);
  EXPECT_EQ(site.RoundOf(round), before);
  EXPECT_EQ(site.CheckIn(1)->holding->ticket, bound->ticket);
  ASSERT_TRUE(site.Take(2, round));
  EXPECT_EQ(site.Close(round)->bound, 2U);
  EXPECT_TRUE(site.Request(round.job));
}

TEST_F(Defects, Availability_AfterARestartOpenJobsAreServedWithoutRegisteringAgain) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  site.Restart();
  const auto greeting = site.CheckIn(1);
  ASSERT_THAT(greeting->offers, SizeIs(1));
  EXPECT_EQ(greeting->offers[0].round, round);
}

}  // namespace
}  // namespace propius
