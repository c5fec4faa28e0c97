#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/job_book_fixture.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(JobBookTest, KeepsTheFieldsOfTable2OfANewJob) {
  JobSpec spec = SpecOf(10, 5);
  spec.over_commit = 1.3;
  const JobId id = book->AddJob("team", spec, "10.0.0.1", 7);
  const Job& job = JobOf(id);
  EXPECT_EQ(job.id.value, 1U);
  EXPECT_EQ(job.state, JobState::kIdle);
  EXPECT_EQ(job.time_stamp, runtime.Now());
  EXPECT_EQ(job.job_ip, "10.0.0.1");
  EXPECT_EQ(job.port, 7U);
  EXPECT_EQ(job.total_demand, 13U * 5U);
  EXPECT_EQ(job.total_round, 5U);
  EXPECT_EQ(job.round.value, 0U);
  EXPECT_EQ(book->CurrentRound(id), nullptr);
  EXPECT_THAT(book->open_jobs(), IsEmpty());
}

TEST_F(JobBookTest, FollowsTheStatesOfAJobThroughARound) {
  const JobId id = AddJob();
  const RoundKey key = OpenRound(id);
  EXPECT_EQ(JobOf(id).state, JobState::kScheduling);
  EXPECT_THAT(book->open_jobs(), ElementsAre(id));
  Bind(key, 1);
  EXPECT_EQ(JobOf(id).state, JobState::kScheduling);
  Bind(key, 2);
  EXPECT_EQ(JobOf(id).state, JobState::kAllocated);
  EXPECT_THAT(book->open_jobs(), IsEmpty());
  book->CloseRound(key, RoundOutcome::kCompleted, 2, "target reached");
  EXPECT_EQ(JobOf(id).state, JobState::kAllocated);
  OpenRound(id);
  EXPECT_EQ(JobOf(id).state, JobState::kScheduling);
  book->FinishJob(id, "enough");
  EXPECT_EQ(JobOf(id).state, JobState::kFinished);
  EXPECT_THAT(book->open_jobs(), IsEmpty());
}

TEST_F(JobBookTest, ReopensAPlaceWhenABindIsLostAndKeepsTheSlotNumberSpent) {
  const JobId id = AddJob();
  const RoundKey key = OpenRound(id);
  EXPECT_EQ(Bind(key, 1).value, 0U);
  EXPECT_EQ(Bind(key, 2).value, 1U);
  book->SettleBinding(key, {0}, BindState::kExpired);
  EXPECT_EQ(JobOf(id).state, JobState::kScheduling);
  EXPECT_EQ(JobOf(id).amount, 1U);
  EXPECT_EQ(JobOf(id).attained_service, 1U);
  EXPECT_THAT(book->open_jobs(), ElementsAre(id));
  EXPECT_EQ(Bind(key, 3).value, 2U);
  EXPECT_EQ(RoundOf(key).live, 2U);
  EXPECT_EQ(RoundOf(key).issued, 3U);
  EXPECT_EQ(RoundOf(key).expired, 1U);
  EXPECT_EQ(JobOf(id).attained_service, 2U);
}

TEST_F(JobBookTest, CountsAReportedBindAsFillingTheRoundButFreesItsDevice) {
  const RoundKey first = OpenRound(AddJob());
  const RoundKey second = OpenRound(AddJob());
  Bind(first, 1);
  ASSERT_NE(book->LiveBinding({1}), nullptr);
  book->SettleBinding(first, {0}, BindState::kReported);
  EXPECT_EQ(RoundOf(first).reported, 1U);
  EXPECT_EQ(book->LiveBinding({1}), nullptr);
  EXPECT_EQ(RoundOf(first).live, 1U);
  EXPECT_TRUE(book->HadSlot(first, {1}));
  EXPECT_FALSE(book->HadSlot(second, {1}));
  EXPECT_EQ(Bind(second, 1).value, 0U);
  EXPECT_EQ(book->LiveBinding({1})->round, second);
}

TEST_F(JobBookTest, CountsTheWaitOfARoundOnceUntilItIsFirstFull) {
  const JobId id = AddJob();
  runtime.RunFor(7s);
  const RoundKey key = OpenRound(id);
  Bind(key, 1);
  runtime.RunFor(4s);
  Bind(key, 2);
  EXPECT_EQ(JobOf(id).total_sched, 4s);
  EXPECT_EQ(RoundOf(key).filled_at, runtime.Now());
  runtime.RunFor(4s);
  book->SettleBinding(key, {0}, BindState::kFailed);
  runtime.RunFor(4s);
  Bind(key, 3);
  book->CloseRound(key, RoundOutcome::kCompleted, 2, "target reached");
  EXPECT_EQ(JobOf(id).total_sched, 4s);
}

TEST_F(JobBookTest, CountsTheWaitUntilTheAllocationEnds) {
  const JobId id = AddJob();
  runtime.RunFor(7s);
  const RoundKey key = OpenRound(id);
  runtime.RunFor(3s);
  book->EndAllocation(key);
  EXPECT_EQ(JobOf(id).state, JobState::kAllocated);
  EXPECT_EQ(JobOf(id).total_sched, 3s);
  EXPECT_EQ(RoundOf(key).filled_at, runtime.Now());
  runtime.RunFor(3s);
  book->CloseRound(key, RoundOutcome::kPartial, 0, "deadline");
  EXPECT_EQ(JobOf(id).total_sched, 3s);
}

TEST_F(JobBookTest, CountsTheWaitOfARoundThatClosesUnfilledUntilItsClose) {
  const JobId id = AddJob();
  runtime.RunFor(7s);
  const RoundKey key = OpenRound(id);
  runtime.RunFor(9s);
  book->CloseRound(key, RoundOutcome::kPartial, 1, "deadline");
  EXPECT_EQ(JobOf(id).total_sched, 9s);
  EXPECT_FALSE(RoundOf(key).filled_at);
}

TEST_F(JobBookTest, EndsLiveBindsWithTheirRound) {
  const RoundKey key = OpenRound(AddJob());
  Bind(key, 1);
  Bind(key, 2);
  book->SettleBinding(key, {1}, BindState::kReported);
  book->CloseRound(key, RoundOutcome::kPartial, 1, "deadline");
  EXPECT_EQ(book->LiveBinding({1}), nullptr);
  EXPECT_EQ(book->FindBinding(key, {0})->state, BindState::kEnded);
  EXPECT_EQ(book->FindBinding(key, {1})->state, BindState::kReported);
  EXPECT_EQ(book->FindBinding(key, {2}), nullptr);
  EXPECT_FALSE(book->HadSlot(key, {1})) << "who had a slot is asked of rounds that take devices";
}

TEST_F(JobBookTest, CorrectsTheEndOfAClosedRoundWithoutMovingIt) {
  const JobId id = AddJob();
  const RoundKey key = OpenRound(id);
  book->CloseRound(key, RoundOutcome::kAborted, 0, "no word");
  const Time closed_at = *RoundOf(key).closed_at;
  runtime.RunFor(5s);
  book->CloseRound(key, RoundOutcome::kPartial, 1, "deadline");
  EXPECT_EQ(RoundOf(key).closed_at, closed_at);
  EXPECT_EQ(RoundOf(key).outcome, RoundOutcome::kPartial);
  EXPECT_EQ(RoundOf(key).counted, 1U);
  EXPECT_EQ(JobOf(id).total_sched, 0s);
}

TEST_F(JobBookTest, BalancesTheCensusWhateverBecameOfTheBinds) {
  const RoundKey key = OpenRound(AddJob(), 3);
  ExpectSum(key);
  for (const std::uint64_t device : {1, 2, 3}) Bind(key, device);
  book->SettleBinding(key, {0}, BindState::kFailed);
  book->SettleBinding(key, {2}, BindState::kExpired);
  Bind(key, 4);
  const BindCensus census = book->CensusOf(key);
  EXPECT_EQ(census.granted, 5U);
  EXPECT_EQ(census.bound, 4U);
  EXPECT_EQ(census.returned, 1U);
  EXPECT_EQ(census.stranded, 0U);
  EXPECT_THAT(census.failed.Bits(), ElementsAre(0U));
  EXPECT_THAT(census.expired.Bits(), ElementsAre(2U));
  ExpectSum(key);
  book->CloseRound(key, RoundOutcome::kPartial, 1, "deadline");
  EXPECT_EQ(book->CensusOf(key), census);
  book->ForgetBindingsBefore(runtime.Now() + 1s);
  EXPECT_THAT(book->BindingsOf(key), IsEmpty());
  EXPECT_EQ(book->CensusOf(key).bound, 4U);
  ExpectSum(key);
}

TEST_F(JobBookTest, IssuesNoSlotNumberBeyondTheLimitAndBalancesThere) {
  const JobId id = AddJob();
  const RoundKey key = OpenRound(id, 1, 2);
  Bind(key, 1);
  book->SettleBinding(key, {0}, BindState::kFailed);
  Bind(key, 2);
  book->SettleBinding(key, {1}, BindState::kFailed);
  EXPECT_FALSE(RoundOf(key).open());
  EXPECT_EQ(JobOf(id).state, JobState::kAllocated);
  EXPECT_EQ(book->CensusOf(key).granted, 2U);
  ExpectSum(key);
}

TEST_F(JobBookTest, EstimatesTheDemandOverAllRoundsAnewAtEachRequest) {
  const JobId id = AddJob();
  const RoundKey first = OpenRound(id);
  EXPECT_EQ(JobOf(id).total_demand, 20U);
  Bind(first, 1);
  book->CloseRound(first, RoundOutcome::kPartial, 1, "deadline");
  OpenRound(id, 5);
  EXPECT_EQ(JobOf(id).total_demand, 1U + 9U * 5U);
  EXPECT_EQ(JobOf(id).demand, 5U);
  EXPECT_EQ(JobOf(id).amount, 0U);
}

TEST_F(JobBookTest, GivesBackEverythingAfterARestart) {
  const JobId id = AddJob();
  const RoundKey first = OpenRound(id);
  Bind(first, 1);
  Bind(first, 2);
  book->CloseRound(first, RoundOutcome::kCompleted, 2, "target reached");
  const RoundKey second = OpenRound(id);
  Bind(second, 1);
  Bind(second, 3);
  book->SettleBinding(second, {1}, BindState::kFailed);
  book->Remember({.key = "job/4/team/k",
                  .request = "d",
                  .answered_at = runtime.Now(),
                  .refusal = {},
                  .round = second,
                  .slot = {}});
  const Job job = JobOf(id);
  const Round round = RoundOf(second);
  runtime.RunFor(1s);
  Open();
  EXPECT_EQ(JobOf(id), job);
  EXPECT_EQ(RoundOf(second), round);
  EXPECT_EQ(RoundOf(first).counted, 2U);
  EXPECT_EQ(book->LiveBinding({1})->round, second);
  EXPECT_EQ(book->LiveBinding({3}), nullptr);
  EXPECT_TRUE(book->HadSlot(second, {3}));
  EXPECT_EQ(book->BindingsOf(first).size(), 2U);
  EXPECT_THAT(book->open_jobs(), ElementsAre(id));
  ASSERT_NE(book->FindReply("job/4/team/k"), nullptr);
  EXPECT_EQ(book->FindReply("job/4/team/k")->round, second);
  EXPECT_EQ(Bind(second, 4).value, 2U);
}

TEST_F(JobBookTest, ForgetsInACrashWhatWasNotYetDurable) {
  const JobId kept = AddJob();
  runtime.RunFor(1s);
  const JobId lost = AddJob();
  Open();
  EXPECT_NE(book->FindJob(kept), nullptr);
  EXPECT_EQ(book->FindJob(lost), nullptr);
}

TEST_F(JobBookTest, NeverGivesAJobIdTwiceEvenAfterRemovalAndRestart) {
  AddJob();
  const JobId last = AddJob();
  book->FinishJob(last, "enough");
  book->RemoveJob(last);
  EXPECT_EQ(book->FindJob(last), nullptr);
  runtime.RunFor(1s);
  Open();
  EXPECT_EQ(book->FindJob(last), nullptr);
  EXPECT_GT(AddJob(), last);
}

TEST_F(JobBookTest, RemovesAJobWithItsRoundsForGood) {
  const JobId id = AddJob();
  const RoundKey key = OpenRound(id);
  Bind(key, 1);
  runtime.RunFor(1s);
  book->FinishJob(id, "enough");
  book->RemoveJob(id);
  EXPECT_EQ(book->FindRound(key), nullptr);
  EXPECT_EQ(book->LiveBinding({1}), nullptr);
  book->ForgetBindingsBefore(runtime.Now() + 1s);
  runtime.RunFor(1s);
  EXPECT_THAT(disk.jobs.jobs, IsEmpty());
  EXPECT_THAT(disk.jobs.rounds, IsEmpty());
  EXPECT_THAT(disk.jobs.bindings, IsEmpty());
  EXPECT_EQ(book->CensusOf(key).granted, 0U);
}

TEST_F(JobBookTest, ForgetsBindsAndRepliesOnDiskToo) {
  const RoundKey key = OpenRound(AddJob());
  Bind(key, 1);
  book->CloseRound(key, RoundOutcome::kPartial, 1, "deadline");
  book->Remember(
      {.key = "device/1/n", .request = "d", .answered_at = runtime.Now(), .refusal = {}, .round = key, .slot = {}});
  runtime.RunFor(1s);
  EXPECT_EQ(disk.jobs.bindings.size(), 1U);
  EXPECT_EQ(disk.jobs.replies.size(), 1U);
  book->ForgetBindingsBefore(runtime.Now());
  book->ForgetRepliesBefore(runtime.Now());
  runtime.RunFor(1s);
  EXPECT_THAT(disk.jobs.bindings, IsEmpty());
  EXPECT_THAT(disk.jobs.replies, IsEmpty());
  Open();
  EXPECT_EQ(book->CensusOf(key).bound, 1U);
}

TEST_F(JobBookTest, KeepsSoftChangesForTheNextDurableOne) {
  const JobId id = AddJob();
  runtime.RunFor(1s);
  book->SetScore(id, 3);
  book->Heard(id);
  const Time heard = runtime.Now();
  book->SetScore({99}, 1);
  runtime.RunFor(1s);
  EXPECT_EQ(disk.jobs.jobs.at(0).score, 0);
  OpenRound(id);
  runtime.RunFor(1s);
  EXPECT_EQ(disk.jobs.jobs.at(0).score, 3);
  EXPECT_EQ(disk.jobs.jobs.at(0).last_heard, heard);
}

}  // namespace
}  // namespace propius
