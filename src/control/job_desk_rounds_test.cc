#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::HasSubstr;

struct JobDeskRoundsTest : ::testing::Test {
  void SetUp() override { site.Start(); }
  Desks site;
};

TEST_F(JobDeskRoundsTest, GrantsTheTermsThatFollowFromTheSpec) {
  JobSpec spec = SpecOf(100);
  spec.over_commit = 1.3;
  spec.min_reports = 0.8;
  spec.deadline = 5min;
  spec.max_weight = 7;
  spec.reducer.name = "sum";
  const auto job = site.Register(spec);
  const Time asked = site.runtime.Now();
  const auto grant = site.Request(*job);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->round, (RoundKey{*job, {1}}));
  EXPECT_EQ(grant->terms.tenant, "team");
  EXPECT_EQ(grant->terms.demand, 100U);
  EXPECT_EQ(grant->terms.slots, 130U);
  EXPECT_EQ(grant->terms.target, 80U);
  EXPECT_EQ(grant->terms.max_slots, 130U * 8U + 64U);
  EXPECT_EQ(grant->terms.deadline, asked + 5min);
  EXPECT_EQ(grant->terms.plan, site.plan);
  EXPECT_EQ(grant->terms.reducer.name, "sum");
  EXPECT_EQ(grant->terms.max_weight, 7);
  const auto opened = site.sealer.OpenTerms(grant->token);
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, grant->terms);
}

TEST_F(JobDeskRoundsTest, TakesTheDemandOfTheRequestBeforeTheJobs) {
  const auto job = site.Register(SpecOf(10));
  const auto grant = site.Request(*job, 3);
  EXPECT_EQ(grant->terms.slots, 3U);
  EXPECT_EQ(site.JobOf(*job).demand, 3U);
}

TEST_F(JobDeskRoundsTest, HasASlotNumberForEverySlotOfTheLargestRound) {
  site.Crash();
  site.jobs.max_slots_per_round = 0;
  site.Start();
  JobSpec spec = SpecOf(1'000'000);
  spec.over_commit = 10;
  const auto grant = site.Request(*site.Register(spec));
  EXPECT_EQ(grant->terms.slots, 10'000'000U);
  EXPECT_EQ(grant->terms.max_slots, 10'000'000U);
  EXPECT_EQ(site.Request(*site.Register(SpecOf(500'000)))->terms.max_slots, 1U << 20U);
}

TEST_F(JobDeskRoundsTest, RefusesADemandOfTheRequestThatTheSiteCannotFill) {
  const auto job = site.Register(SpecOf(10));
  const auto grant = site.Request(*job, 100'001);
  ASSERT_FALSE(grant);
  EXPECT_EQ(grant.error().code, Code::kInvalidArgument);
  EXPECT_EQ(site.book->CurrentRound(*job), nullptr);
}

TEST_F(JobDeskRoundsTest, RefusesAPlanDigestThatIsNone) {
  const auto job = site.Register(SpecOf(10));
  site.plan = "short";
  EXPECT_EQ(site.Request(*job).error().code, Code::kInvalidArgument);
}

TEST_F(JobDeskRoundsTest, OpensOneRoundAtATimeAndNamesTheOpenOne) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  const auto second = site.Request(round.job);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(second.error().message, HasSubstr("round 1 is open"));
  ASSERT_TRUE(site.Close(round));
  EXPECT_EQ(site.Request(round.job)->round.round.value, 2U);
}

TEST_F(JobDeskRoundsTest, OpensNoRoundAfterTheLast) {
  const RoundKey round = site.OpenRound(SpecOf(1, 1));
  ASSERT_TRUE(site.Close(round));
  EXPECT_EQ(site.Request(round.job).error().code, Code::kOutOfRange);
}

TEST_F(JobDeskRoundsTest, SealsTheSameTermsForARepeatedRequestEvenLater) {
  const auto job = site.Register(SpecOf(1));
  const auto first = site.Request(*job, 0, "k");
  site.runtime.RunFor(1min);
  EXPECT_EQ(site.Request(*job, 0, "k")->token, first->token);
  ASSERT_TRUE(site.Close(first->round));
  site.Restart();
  const auto again = site.Request(*job, 0, "k");
  EXPECT_EQ(again->token, first->token);
  EXPECT_EQ(again->terms, first->terms);
  EXPECT_EQ(site.JobOf(*job).round.value, 1U);
}

TEST_F(JobDeskRoundsTest, EndsARequestAndKeepsWhoIsBound) {
  const RoundKey round = site.OpenRound(SpecOf(3));
  ASSERT_TRUE(site.Take(1, round));
  const auto ended = site.End(round, "k");
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->round.allocation_ended);
  EXPECT_EQ(ended->job.state, JobState::kAllocated);
  EXPECT_NE(site.book->LiveBinding({1}), nullptr);
  EXPECT_EQ(site.Take(2, round).error().code, Code::kResourceExhausted);
  EXPECT_TRUE(site.End(round, "k"));
  EXPECT_TRUE(site.End(round)) << "ending twice is no error";
  ASSERT_TRUE(site.Close(round));
  EXPECT_EQ(site.End(round)->round.outcome, RoundOutcome::kCompleted) << "nor is ending what is over";
  EXPECT_EQ(site.End({round.job, {9}}).error().code, Code::kNotFound);
}

TEST_F(JobDeskRoundsTest, ClosesARoundOnTheWordOfTheDataPlaneAndAnswersTheBinds) {
  const RoundKey round = site.OpenRound(SpecOf(3));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Take(2, round));
  const auto census = site.Close(round, RoundOutcome::kPartial, 1);
  ASSERT_TRUE(census);
  EXPECT_EQ(census->granted, 3U);
  EXPECT_EQ(census->bound, 2U);
  EXPECT_EQ(census->returned, 1U);
  EXPECT_EQ(site.RoundOf(round).counted, 1U);
  EXPECT_EQ(site.RoundOf(round).reason, "target reached");
  const int tried = site.store->tried;
  EXPECT_EQ(*site.Close(round, RoundOutcome::kPartial, 1), *census) << "again, the same";
  EXPECT_EQ(site.store->tried, tried) << "and nothing is written for it";
  site.Restart();
  EXPECT_EQ(*site.Close(round, RoundOutcome::kPartial, 1), *census) << "and after a restart";
}

TEST_F(JobDeskRoundsTest, AnswersTheCensusOnlyOnceNoMoreBindsCanFollow) {
  site.Crash();
  site.disk_options = {.min_latency = 50ms, .max_latency = 50ms};
  site.Start();
  const RoundKey round = site.OpenRound(SpecOf(3));
  ASSERT_TRUE(site.CheckIn(1));
  Caught<Bound> bind;
  site.client_desk->Accept({1}, round, "n", bind.done());
  Caught<BindCensus> census;
  site.job_desk->RoundClosed({round, RoundOutcome::kAborted, 0, "deadline"}, census.done());
  EXPECT_EQ(site.Take(2, round).error().code, Code::kResourceExhausted);
  ASSERT_TRUE(site.Await(census));
  EXPECT_EQ(census.get()->bound, 1U);
  EXPECT_EQ(*site.Close(round, RoundOutcome::kAborted, 0), *census.get());
}

TEST_F(JobDeskRoundsTest, RefusesAClosureOfAnUnknownRoundOrWithoutAnOutcome) {
  EXPECT_EQ(site.Close({{9}, {1}}).error().code, Code::kNotFound);
  const RoundKey round = site.OpenRound(SpecOf(1));
  EXPECT_EQ(site.Close({round.job, {0}}).error().code, Code::kNotFound);
  EXPECT_EQ(site.Close(round, RoundOutcome::kOpen).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(site.RoundOf(round).closed());
}

TEST_F(JobDeskRoundsTest, ClosesARoundThatNobodyClosesAndLetsTheDataPlaneCorrectIt) {
  JobSpec spec = SpecOf(2);
  spec.deadline = 1min;
  const RoundKey round = site.OpenRound(spec);
  ASSERT_TRUE(site.Take(1, round));
  site.runtime.RunFor(1min + 4s);
  EXPECT_FALSE(site.RoundOf(round).closed());
  site.runtime.RunFor(1s);
  EXPECT_EQ(site.RoundOf(round).outcome, RoundOutcome::kAborted);
  EXPECT_EQ(site.RoundOf(round).reason, "no word from the data plane");
  const Time closed_at = *site.RoundOf(round).closed_at;
  const auto census = site.Close(round, RoundOutcome::kPartial, 1);
  ASSERT_TRUE(census);
  EXPECT_EQ(census->bound + census->returned, census->granted);
  site.Restart();
  EXPECT_EQ(site.RoundOf(round).outcome, RoundOutcome::kPartial);
  EXPECT_EQ(site.RoundOf(round).counted, 1U);
  EXPECT_EQ(site.RoundOf(round).closed_at, closed_at);
}

TEST_F(JobDeskRoundsTest, KeepsTheDeadlineThroughARestart) {
  JobSpec spec = SpecOf(2);
  spec.deadline = 1min;
  const RoundKey round = site.OpenRound(spec);
  site.Restart();
  site.runtime.RunFor(1min + 6s);
  EXPECT_TRUE(site.RoundOf(round).closed());
}

TEST_F(JobDeskRoundsTest, GivesTheDataPlaneAMomentWhenTheDeadlinePassedDuringAnOutage) {
  JobSpec spec = SpecOf(2);
  spec.deadline = 1min;
  const RoundKey round = site.OpenRound(spec);
  site.Crash();
  site.runtime.RunFor(10min);
  site.Start();
  EXPECT_FALSE(site.RoundOf(round).closed());
  ASSERT_TRUE(site.Close(round, RoundOutcome::kCompleted, 2));
  EXPECT_EQ(site.RoundOf(round).outcome, RoundOutcome::kCompleted);
  site.runtime.RunFor(1min);
  EXPECT_EQ(site.RoundOf(round).outcome, RoundOutcome::kCompleted);
}

TEST_F(JobDeskRoundsTest, SettlesTheLedgerOfARoundWhoseJobWasFinished) {
  const RoundKey round = site.OpenRound(SpecOf(2));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Finish(round.job));
  const auto census = site.Close(round, RoundOutcome::kPartial, 1);
  ASSERT_TRUE(census);
  EXPECT_EQ(census->bound, 1U);
  EXPECT_EQ(site.RoundOf(round).counted, 1U);
  EXPECT_EQ(site.JobOf(round.job).state, JobState::kFinished);
}

}  // namespace
}  // namespace propius
