#include "propius/jobs.h"

#include <optional>

#include <gtest/gtest.h>

#include "sdk/testing/fake_grpc.h"

namespace propius::sdk {
namespace {

struct Site {
  testing::FakeJobManager manager;
  testing::GrpcPlace control{manager};
  Jobs jobs{{.job_manager = control.target(), .token = "secret-of-tenant"}};
};

v1::Job Described(std::uint64_t id, v1::JobState state) {
  v1::Job job;
  job.set_job_id(id);
  job.mutable_spec()->set_name("digits");
  job.mutable_spec()->set_rounds(5);
  job.set_tenant("t");
  job.set_state(state);
  job.set_round(2);
  job.set_attained_service(40);
  job.set_total_sched_ms(1'500);
  job.set_finish_reason(state == v1::JOB_STATE_FINISHED ? "all rounds are done" : "");
  return job;
}

TEST(Jobs, ListsEveryJobWithItsState) {
  Site site;
  site.manager.on_list = [](const auto&, v1::ListJobsResponse& answer) {
    *answer.add_jobs() = Described(1, v1::JOB_STATE_IDLE);
    *answer.add_jobs() = Described(2, v1::JOB_STATE_SCHEDULING);
    *answer.add_jobs() = Described(3, v1::JOB_STATE_ALLOCATED);
    *answer.add_jobs() = Described(4, v1::JOB_STATE_FINISHED);
    *answer.add_jobs() = Described(5, v1::JOB_STATE_UNSPECIFIED);
    return grpc::Status::OK;
  };
  const auto jobs = site.jobs.List().value();
  ASSERT_EQ(jobs.size(), 5U);
  std::string states;
  for (const JobSummary& job : jobs) states += job.state + " ";
  EXPECT_EQ(states, "idle scheduling allocated finished unknown ");
  EXPECT_EQ(jobs[3].id, 4U);
  EXPECT_EQ(jobs[3].name, "digits");
  EXPECT_EQ(jobs[3].tenant, "t");
  EXPECT_EQ(jobs[3].rounds, 5U);
  EXPECT_EQ(jobs[3].round, 2U);
  EXPECT_EQ(jobs[3].attained_service, 40U);
  EXPECT_EQ(jobs[3].total_scheduling.count(), 1'500);
  EXPECT_EQ(jobs[3].finish_reason, "all rounds are done");
  EXPECT_NE(site.manager.bytes().find("authorization: Bearer secret-of-tenant\n"), std::string::npos);
}

TEST(Jobs, ListsEveryPage) {
  Site site;
  site.manager.on_list = [](const v1::ListJobsRequest& request, v1::ListJobsResponse& answer) {
    *answer.add_jobs() = Described(request.page_token().empty() ? 1 : 2, v1::JOB_STATE_IDLE);
    if (request.page_token().empty()) answer.set_next_page_token("1");
    return grpc::Status::OK;
  };
  const auto jobs = site.jobs.List().value();
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1].id, 2U);
}

TEST(Jobs, ShowsTheLatestRoundOfAJobIfThereIsOne) {
  Site site;
  std::optional<v1::RoundOutcome> outcome;
  site.manager.on_get = [&](const v1::GetJobRequest& request, v1::GetJobResponse& answer) {
    *answer.mutable_job() = Described(request.job_id(), v1::JOB_STATE_ALLOCATED);
    if (!outcome) return grpc::Status::OK;
    v1::RoundStatus& round = *answer.mutable_latest_round();
    round.set_outcome(*outcome);
    round.set_demand(8);
    round.set_slots(10);
    round.set_allocated(9);
    round.set_reported(7);
    round.set_counted(6);
    round.set_reason("time is up");
    return grpc::Status::OK;
  };
  EXPECT_EQ(site.jobs.Get(7).value().id, 7U);
  EXPECT_EQ(site.jobs.Get(7).value().outcome, "");
  const std::vector<std::pair<v1::RoundOutcome, std::string>> outcomes{{v1::ROUND_OUTCOME_OPEN, "open"},
                                                                       {v1::ROUND_OUTCOME_COMPLETED, "completed"},
                                                                       {v1::ROUND_OUTCOME_PARTIAL, "partial"},
                                                                       {v1::ROUND_OUTCOME_ABORTED, "aborted"},
                                                                       {v1::ROUND_OUTCOME_UNSPECIFIED, ""}};
  for (const auto& [value, text] : outcomes) {
    outcome = value;
    EXPECT_EQ(site.jobs.Get(7).value().outcome, text);
  }
  const JobSummary job = site.jobs.Get(7).value();
  EXPECT_EQ(job.demand, 8U);
  EXPECT_EQ(job.slots, 10U);
  EXPECT_EQ(job.allocated, 9U);
  EXPECT_EQ(job.reported, 7U);
  EXPECT_EQ(job.counted, 6U);
  EXPECT_EQ(job.reason, "time is up");
}

TEST(Jobs, FinishesAJobUnderAKeyOfItsOwnEachTime) {
  Site site;
  site.manager.on_finish = [](const v1::FinishJobRequest& request, v1::FinishJobResponse& answer) {
    *answer.mutable_job() = Described(request.job_id(), v1::JOB_STATE_FINISHED);
    return grpc::Status::OK;
  };
  EXPECT_EQ(site.jobs.Finish(3).value().state, "finished");
  EXPECT_EQ(site.jobs.Finish(3).value().id, 3U);
  const auto finishes = site.manager.finishes();
  EXPECT_NE(finishes.at(0).idempotency_key(), finishes.at(1).idempotency_key());
}

TEST(Jobs, TellsTheServersRefusal) {
  Site site;
  const auto refuse = [](const auto&, auto&) { return grpc::Status(grpc::StatusCode::NOT_FOUND, "no job 9"); };
  site.manager.on_get = refuse;
  site.manager.on_list = refuse;
  site.manager.on_finish = refuse;
  EXPECT_EQ(site.jobs.Get(9).error().code, "not_found");
  EXPECT_EQ(site.jobs.List().error().code, "not_found");
  EXPECT_NE(site.jobs.Finish(9).error().message.find("no job 9"), std::string::npos);
}

TEST(Jobs, ExplainsWhyAJobWaits) {
  Site site;
  site.manager.on_explain = [](const v1::ExplainJobRequest& request, v1::ExplainJobResponse& answer) {
    *answer.mutable_job() = Described(request.job_id(), v1::JOB_STATE_SCHEDULING);
    answer.mutable_latest_round()->set_slots(12);
    answer.set_waiting(true);
    answer.set_rank(3);
    answer.set_requests(5);
    answer.set_ahead(2);
    answer.add_ahead_yours(4);
    answer.set_ahead_places(40);
    answer.set_expected_wait_ms(0);
    answer.set_eligible_per_hour(240);
    answer.set_checkins_per_hour(600);
    answer.set_window_eligible(24);
    answer.set_window_devices(60);
    v1::Remedy& bound = *answer.add_remedies();
    bound.set_kind(v1::REMEDY_KIND_CONSTRAINT);
    bound.set_attribute("ram_gb");
    bound.set_bound(6);
    bound.set_supply_factor(2.5);
    bound.set_expected_wait_ms(1'500);
    for (const v1::RemedyKind kind : {v1::REMEDY_KIND_DEMAND, v1::REMEDY_KIND_OVER_COMMIT, v1::REMEDY_KIND_NO_RIVALS,
                                      v1::REMEDY_KIND_UNSPECIFIED}) {
      answer.add_remedies()->set_kind(kind);
    }
    return grpc::Status::OK;
  };
  const JobExplanation told = site.jobs.Explain(9).value();
  EXPECT_EQ(told.job.id, 9U);
  EXPECT_EQ(told.job.slots, 12U);
  EXPECT_TRUE(told.waiting);
  EXPECT_EQ(told.rank, 3U);
  EXPECT_EQ(told.requests, 5U);
  EXPECT_EQ(told.ahead, 2U);
  EXPECT_EQ(told.ahead_yours, std::vector<std::uint64_t>{4});
  EXPECT_EQ(told.ahead_places, 40U);
  ASSERT_TRUE(told.expected_wait) << "no wait is not the same as no end";
  EXPECT_EQ(told.expected_wait->count(), 0);
  EXPECT_EQ(told.eligible_per_hour, 240);
  EXPECT_EQ(told.checkins_per_hour, 600);
  EXPECT_EQ(told.window_eligible, 24);
  EXPECT_EQ(told.window_devices, 60);
  std::string kinds;
  for (const Remedy& remedy : told.remedies) kinds += remedy.kind + " ";
  EXPECT_EQ(kinds, "constraint demand over_commit no_rivals unknown ");
  EXPECT_EQ(told.remedies[0].attribute, "ram_gb");
  EXPECT_EQ(told.remedies[0].bound, 6);
  EXPECT_EQ(told.remedies[0].supply_factor, 2.5);
  EXPECT_EQ(told.remedies[0].expected_wait->count(), 1'500);
  EXPECT_FALSE(told.remedies[1].expected_wait);
}

TEST(Jobs, SaysWhichJobCouldNotBeExplained) {
  Site site;
  site.manager.on_explain = [](const auto&, auto&) { return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such"); };
  EXPECT_EQ(site.jobs.Explain(9).error().code, "not_found");
}

}  // namespace
}  // namespace propius::sdk
