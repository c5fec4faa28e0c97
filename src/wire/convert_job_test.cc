#include "wire/convert_job.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(ConvertJob, ShowsTheFieldsOfTable2) {
  Job job;
  job.id = {4};
  job.tenant = "hospital";
  job.spec.name = "digits";
  job.state = JobState::kAllocated;
  job.time_stamp = Time(5s);
  job.total_sched = 1500us;
  job.start_sched = Time(6s);
  job.job_ip = "10.0.0.1";
  job.port = 999;
  job.total_demand = 100;
  job.total_round = 10;
  job.attained_service = 33;
  job.round = {3};
  job.demand = 13;
  job.amount = 12;
  job.score = 2.5;
  job.finish_reason = "done";
  const v1::Job message = ToMessage(job);
  EXPECT_EQ(message.job_id(), 4U);
  EXPECT_EQ(message.tenant(), "hospital");
  EXPECT_EQ(message.spec().name(), "digits");
  EXPECT_EQ(message.state(), v1::JOB_STATE_ALLOCATED);
  EXPECT_EQ(message.time_stamp_unix_ms(), 5'000);
  EXPECT_EQ(message.total_sched_ms(), 1);
  EXPECT_EQ(message.start_sched_unix_ms(), 6'000);
  EXPECT_EQ(message.job_ip(), "10.0.0.1");
  EXPECT_EQ(message.port(), 999U);
  EXPECT_EQ(message.total_demand(), 100U);
  EXPECT_EQ(message.total_round(), 10U);
  EXPECT_EQ(message.attained_service(), 33U);
  EXPECT_EQ(message.round(), 3U);
  EXPECT_EQ(message.demand(), 13U);
  EXPECT_EQ(message.amount(), 12U);
  EXPECT_EQ(message.score(), 2.5);
  EXPECT_EQ(message.finish_reason(), "done");
}

TEST(ConvertRound, LeavesTimesOutThatHaveNotCome) {
  Round round;
  round.terms.job = {4};
  round.terms.round = {2};
  round.terms.demand = 10;
  round.terms.slots = 13;
  round.terms.deadline = Time(20s);
  round.requested_at = Time(10s);
  round.live = 9;
  round.failed = 2;
  round.reported = 3;
  round.expired = 1;
  v1::RoundStatus message = ToMessage(round);
  EXPECT_EQ(message.round().round(), 2U);
  EXPECT_EQ(message.outcome(), v1::ROUND_OUTCOME_OPEN);
  EXPECT_EQ(message.slots(), 13U);
  EXPECT_EQ(message.allocated(), 9U);
  EXPECT_EQ(message.failed(), 2U);
  EXPECT_EQ(message.reported(), 3U);
  EXPECT_EQ(message.expired(), 1U);
  EXPECT_EQ(message.requested_unix_ms(), 10'000);
  EXPECT_EQ(message.deadline_unix_ms(), 20'000);
  EXPECT_EQ(message.filled_unix_ms(), 0);
  EXPECT_EQ(message.closed_unix_ms(), 0);

  round.filled_at = Time(12s);
  round.closed_at = Time(15s);
  round.outcome = RoundOutcome::kPartial;
  round.counted = 8;
  round.allocation_ended = true;
  round.reason = "deadline";
  message = ToMessage(round);
  EXPECT_EQ(message.filled_unix_ms(), 12'000);
  EXPECT_EQ(message.closed_unix_ms(), 15'000);
  EXPECT_EQ(message.outcome(), v1::ROUND_OUTCOME_PARTIAL);
  EXPECT_EQ(message.counted(), 8U);
  EXPECT_TRUE(message.allocation_ended());
  EXPECT_EQ(message.reason(), "deadline");
}

TEST(ConvertClosure, GivesItBackAndRefusesAnEndThatIsNone) {
  const RoundClosure closure{{{4}, {2}}, RoundOutcome::kCompleted, 8, "target reached"};
  const Result<RoundClosure> back = FromMessage(ToMessage(closure));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->round, closure.round);
  EXPECT_EQ(back->outcome, closure.outcome);
  EXPECT_EQ(back->counted, 8U);
  EXPECT_EQ(back->reason, "target reached");

  EXPECT_FALSE(FromMessage(ToMessage(RoundClosure{{{4}, {2}}, RoundOutcome::kOpen, 0, ""})));
  EXPECT_FALSE(FromMessage(ToMessage(RoundClosure{{{0}, {2}}, RoundOutcome::kAborted, 0, ""})));
  EXPECT_FALSE(FromMessage(v1::CloseRoundRequest()));
}

TEST(ConvertCensus, GivesItBack) {
  BindCensus census{12, 1, 10, 1, {}, {}};
  census.failed.Set(9);
  census.expired.Set(0);
  EXPECT_EQ(FromMessage(ToMessage(census)), census);
}

TEST(ConvertCensus, RefusesSlotsThatWereNeverBound) {
  BindCensus census{10, 0, 10, 0, {}, {}};
  census.expired.Set(10);
  const Result<BindCensus> refused = FromMessage(ToMessage(census));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "failed, expired: expected slots below bound (10), got 10");

  v1::CloseRoundResponse huge;
  huge.set_failed(std::string(4 << 20, '\xff'));
  EXPECT_FALSE(FromMessage(huge));
  huge.clear_failed();
  huge.set_expired(std::string(4 << 20, '\xff'));
  EXPECT_FALSE(FromMessage(huge));
}

}  // namespace
}  // namespace propius
