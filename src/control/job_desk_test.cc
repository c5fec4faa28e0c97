#include "control/job_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct JobDeskTest : ::testing::Test {
  void SetUp() override { site.Start(); }
  template <typename T>
  static Code CodeOf(const Result<T>& result) {
    EXPECT_FALSE(result);
    return result ? Code::kInternal : result.error().code;
  }
  Desks site;
};

TEST_F(JobDeskTest, AnswersARegistrationOnlyOnceItIsDurable) {
  site.Crash();
  site.disk_options = {.min_latency = 50ms, .max_latency = 50ms};
  site.Start();
  Caught<JobId> caught;
  site.job_desk->Register(site.Caller("k"), SpecOf(1), caught.done());
  site.runtime.RunFor(49ms);
  EXPECT_FALSE(caught.answered());
  site.runtime.RunFor(1ms);
  ASSERT_TRUE(caught.answered());
  site.Restart();
  EXPECT_NE(site.book->FindJob(*caught.get()), nullptr);
}

TEST_F(JobDeskTest, GivesARepeatedRegistrationTheFirstAnswerAlsoWhileTheFirstIsBeingCommitted) {
  site.Crash();
  site.disk_options = {.min_latency = 50ms, .max_latency = 50ms};
  site.Start();
  Caught<JobId> first;
  Caught<JobId> second;
  site.job_desk->Register(site.Caller("k"), SpecOf(1), first.done());
  site.runtime.RunFor(20ms);
  site.job_desk->Register(site.Caller("k"), SpecOf(1), second.done());
  EXPECT_FALSE(second.answered());
  site.runtime.RunFor(40ms);
  ASSERT_TRUE(first.answered());
  ASSERT_TRUE(second.answered());
  EXPECT_EQ(*first.get(), *second.get());
  site.Restart();
  EXPECT_EQ(*site.Register(SpecOf(1), "k"), *first.get()) << "after a restart too";
  EXPECT_EQ(site.book->jobs().size(), 1U);
}

TEST_F(JobDeskTest, RefusesAKeyThatWasUsedForAnotherRequestAndDoesNotRememberThat) {
  ASSERT_TRUE(site.Register(SpecOf(1), "k"));
  EXPECT_EQ(CodeOf(site.Register(SpecOf(2), "k")), Code::kInvalidArgument);
  EXPECT_TRUE(site.Register(SpecOf(1), "k"));
  EXPECT_EQ(site.book->jobs().size(), 1U);
}

TEST_F(JobDeskTest, RefusesMalformedKeysAndRemembersNothing) {
  const int tried = site.store->tried;
  for (const std::string& key : {std::string(129, 'k'), std::string("tab\t"), std::string("\xc3\xa9")}) {
    EXPECT_EQ(CodeOf(site.Register(SpecOf(1), key)), Code::kInvalidArgument);
  }
  Caught<JobId> caught;
  site.job_desk->Register({.tenant = "team", .key = "", .ip = "", .port = 0}, SpecOf(1), caught.done());
  EXPECT_EQ(CodeOf(site.Await(caught)), Code::kInvalidArgument);
  site.runtime.RunFor(1s);
  EXPECT_EQ(site.store->tried, tried);
  EXPECT_TRUE(site.Register(SpecOf(1), std::string(128, 'k')));
}

TEST_F(JobDeskTest, KeepsTheKeysOfTenantsApart) {
  const auto ours = site.Register(SpecOf(1), "k");
  Caught<JobId> theirs;
  site.job_desk->Register({.tenant = "others", .key = "k", .ip = "", .port = 0}, SpecOf(1), theirs.done());
  ASSERT_TRUE(site.Await(theirs));
  EXPECT_NE(*theirs.get(), *ours);
}

TEST_F(JobDeskTest, RemembersARefusalEvenWhenItsReasonIsGone) {
  site.Crash();
  site.jobs.max_open_jobs = 1;
  site.Start();
  const auto job = site.Register(SpecOf(1));
  const auto refused = site.Register(SpecOf(2), "k");
  EXPECT_EQ(CodeOf(refused), Code::kResourceExhausted);
  ASSERT_TRUE(site.Finish(*job));
  EXPECT_EQ(site.Register(SpecOf(2), "k").error(), refused.error());
  site.Restart();
  EXPECT_EQ(site.Register(SpecOf(2), "k").error(), refused.error());
  EXPECT_TRUE(site.Register(SpecOf(2), "new"));
}

TEST_F(JobDeskTest, HidesAnotherTenantsJobAsIfItWereAbsent) {
  const RoundKey round = site.OpenRound(SpecOf(1));
  const JobCaller other{.tenant = "others", .key = "k1", .ip = "", .port = 0};
  const auto with_key = [&](const std::string& key) {
    JobCaller caller = other;
    caller.key = key;
    return caller;
  };
  Caught<RoundGrant> request;
  site.job_desk->RequestRound(with_key("1"), round.job, 0, site.plan, request.done());
  Caught<RoundStatus> end;
  site.job_desk->EndRequest(with_key("2"), round, end.done());
  Caught<Job> finish;
  site.job_desk->FinishJob(with_key("3"), round.job, finish.done());
  EXPECT_EQ(CodeOf(site.Await(request)), Code::kNotFound);
  EXPECT_EQ(CodeOf(site.Await(end)), Code::kNotFound);
  EXPECT_EQ(CodeOf(site.Await(finish)), Code::kNotFound);
  EXPECT_THAT(site.job_desk->List("others"), IsEmpty());
  // Word for word what an absent job gets, but for its number.
  const Error theirs = site.job_desk->Get("others", round.job).error();
  Error absent = site.job_desk->Get("others", {99}).error();
  absent.message.replace(absent.message.find("99"), 2, std::to_string(round.job.value));
  EXPECT_EQ(theirs, absent);
  EXPECT_FALSE(site.RoundOf(round).closed());
}

TEST_F(JobDeskTest, ListsATenantsJobsById) {
  const auto first = site.Register(SpecOf(1));
  const auto second = site.Register(SpecOf(2));
  const std::vector<Job> jobs = site.job_desk->List("team");
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].id, *first);
  EXPECT_EQ(jobs[1].id, *second);
  EXPECT_EQ(jobs[0].job_ip, "10.0.0.1");
  EXPECT_EQ(site.job_desk->List("team", {}, 1).at(0).id, *first);
  ASSERT_EQ(site.job_desk->List("team", *first).size(), 1U);
  EXPECT_THAT(site.job_desk->List("team", *second), IsEmpty());
}

TEST_F(JobDeskTest, ReadsAJobBeforeItsFirstRoundAndAfter) {
  const auto job = site.Register(SpecOf(1));
  EXPECT_EQ(site.job_desk->Get("team", *job)->round.terms.round.value, 0U);
  ASSERT_TRUE(site.Request(*job));
  EXPECT_EQ(site.job_desk->Get("team", *job)->round.terms.round.value, 1U);
}

TEST_F(JobDeskTest, AnswersAfterTheStoreRefusedForAWhile) {
  site.store->refusals = 5;
  const auto job = site.Register(SpecOf(1));
  ASSERT_TRUE(job);
  EXPECT_TRUE(site.book->healthy());
  site.Restart();
  EXPECT_NE(site.book->FindJob(*job), nullptr);
}

TEST_F(JobDeskTest, LeavesHarmlessTasksBehindWhenItGoes) {
  site.OpenRound(SpecOf(1));
  Caught<JobId> caught;
  site.job_desk->Register(site.Caller(), SpecOf(1), caught.done());
  site.Crash();
  site.runtime.RunFor(48h);
  EXPECT_FALSE(caught.answered());
}

TEST_F(JobDeskTest, FinishesAJobWithItsOpenRound) {
  const RoundKey round = site.OpenRound(SpecOf(2));
  ASSERT_TRUE(site.Take(1, round));
  const auto job = site.Finish(round.job, "k");
  ASSERT_TRUE(job);
  EXPECT_EQ(job->state, JobState::kFinished);
  EXPECT_EQ(job->finish_reason, "finished by its owner");
  EXPECT_EQ(site.RoundOf(round).outcome, RoundOutcome::kAborted);
  EXPECT_THAT(site.RoundOf(round).reason, HasSubstr("job finished"));
  EXPECT_EQ(site.book->LiveBinding({1}), nullptr);
  EXPECT_EQ(site.Finish(round.job, "k")->state, JobState::kFinished);
  EXPECT_EQ(site.Finish(round.job)->finish_reason, "finished by its owner") << "a second finish changes nothing";
  EXPECT_EQ(CodeOf(site.Request(round.job)), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace propius
