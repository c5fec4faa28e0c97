#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::IsEmpty;

struct JobDeskUpkeepTest : ::testing::Test {
  void SetUp() override {
    site.jobs.max_silence = 10min;
    site.jobs.retention = 1h;
    site.jobs.reply_retention = 2h;
    site.jobs.bind_retention = 30min;
    site.Start();
  }
  bool IsFinished(JobId job) const { return site.JobOf(job).state == JobState::kFinished; }
  Desks site;
};

TEST_F(JobDeskUpkeepTest, FinishesAJobThatNeverAsksForARound) {
  const auto job = site.Register(SpecOf(1));
  site.runtime.RunFor(9min);
  EXPECT_FALSE(IsFinished(*job));
  site.runtime.RunFor(2min);
  EXPECT_TRUE(IsFinished(*job));
  EXPECT_EQ(site.JobOf(*job).finish_reason, "silent");
}

TEST_F(JobDeskUpkeepTest, TakesAnyCallOfTheOwnerAsASignOfLife) {
  const auto job = site.Register(SpecOf(1));
  for (int i = 0; i < 10; ++i) {
    site.runtime.RunFor(5min);
    ASSERT_TRUE(site.job_desk->Get("team", *job));
  }
  EXPECT_FALSE(IsFinished(*job));
}

TEST_F(JobDeskUpkeepTest, DoesNotTakeItsOwnAbsenceForTheJobsSilence) {
  const auto job = site.Register(SpecOf(1));
  site.Crash();
  site.runtime.RunFor(1h);
  site.Start();
  site.runtime.RunFor(9min);
  EXPECT_FALSE(IsFinished(*job));
}

TEST_F(JobDeskUpkeepTest, RemovesAFinishedJobAfterItsRetention) {
  const auto job = site.Register(SpecOf(1));
  ASSERT_TRUE(site.Finish(*job));
  site.runtime.RunFor(50min);
  EXPECT_NE(site.book->FindJob(*job), nullptr);
  site.runtime.RunFor(13min);
  EXPECT_EQ(site.book->FindJob(*job), nullptr);
  site.Restart();
  EXPECT_EQ(site.book->FindJob(*job), nullptr);
}

TEST_F(JobDeskUpkeepTest, KeepsASilentJobReadableAfterItWasFinished) {
  const auto job = site.Register(SpecOf(1));
  site.runtime.RunFor(11min);
  ASSERT_TRUE(IsFinished(*job));
  site.runtime.RunFor(55min);
  EXPECT_NE(site.book->FindJob(*job), nullptr);
}

TEST_F(JobDeskUpkeepTest, KeepsAtMostSoManyFinishedJobsOfATenantTheLatest) {
  site.Crash();
  site.jobs.max_finished_jobs_per_tenant = 2;
  site.Start();
  std::vector<JobId> jobs;
  for (int i = 0; i < 4; ++i) {
    jobs.push_back(*site.Register(SpecOf(1)));
    ASSERT_TRUE(site.Finish(jobs.back()));
    site.runtime.RunFor(1s);
  }
  const auto open = site.Register(SpecOf(1));
  site.runtime.RunFor(1min);
  EXPECT_EQ(site.book->FindJob(jobs[0]), nullptr);
  EXPECT_EQ(site.book->FindJob(jobs[1]), nullptr);
  EXPECT_NE(site.book->FindJob(jobs[3]), nullptr);
  EXPECT_NE(site.book->FindJob(*open), nullptr);
}

TEST_F(JobDeskUpkeepTest, ForgetsRepliesAfterTheirRetention) {
  site.Register(SpecOf(1), "k");
  const std::size_t before = site.disk.jobs.replies.size();
  EXPECT_EQ(before, 1U);
  site.runtime.RunFor(3h);
  EXPECT_THAT(site.disk.jobs.replies, IsEmpty());
}

TEST_F(JobDeskUpkeepTest, ForgetsTheBindsOfARoundThatClosedLongAgo) {
  const RoundKey round = site.OpenRound(SpecOf(2));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Close(round));
  site.runtime.RunFor(9min);
  EXPECT_EQ(site.disk.jobs.bindings.size(), 1U);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(site.job_desk->Get("team", round.job));
    site.runtime.RunFor(9min);
  }
  EXPECT_THAT(site.disk.jobs.bindings, IsEmpty());
  EXPECT_EQ(site.Close(round)->bound, 1U);
}

TEST_F(JobDeskUpkeepTest, TakesZeroAsForEver) {
  site.Crash();
  site.jobs.max_silence = site.jobs.retention = site.jobs.reply_retention = site.jobs.bind_retention = 0us;
  site.Start();
  const auto silent = site.Register(SpecOf(1), "k");
  const RoundKey round = site.OpenRound(SpecOf(1));
  ASSERT_TRUE(site.Take(1, round));
  ASSERT_TRUE(site.Finish(round.job));
  site.runtime.RunFor(24h * 7);
  EXPECT_FALSE(IsFinished(*silent));
  EXPECT_TRUE(IsFinished(round.job));
  EXPECT_EQ(site.book->BindingsOf(round).size(), 1U);
  EXPECT_EQ(*site.Register(SpecOf(1), "k"), *silent);
}

}  // namespace
}  // namespace propius
