#include <thread>

#include <gtest/gtest.h>

#include "rpc/live_site.h"

namespace propius {
namespace {

using grpc::StatusCode;

std::uint64_t Register(LiveSite& site, const std::string& key, const std::string& authorization = "") {
  v1::RegisterJobResponse response;
  Patient context(authorization);
  const grpc::Status status = site.jobs->RegisterJob(&context, SmallJob(key), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.job_id();
}

grpc::Status Get(LiveSite& site, std::uint64_t job, v1::GetJobResponse& response,
                 const std::string& authorization = "") {
  v1::GetJobRequest request;
  request.set_job_id(job);
  Patient context(authorization);
  return site.jobs->GetJob(&context, request, &response);
}

TEST(JobManagerService, RegistersAJobAndShowsIt) {
  LiveSite site;
  const std::uint64_t job = Register(site, "k");
  EXPECT_EQ(Register(site, "k"), job) << "the same key";
  v1::GetJobResponse shown;
  ASSERT_TRUE(Get(site, job, shown).ok());
  EXPECT_EQ(shown.job().tenant(), "default");
  EXPECT_EQ(shown.job().spec().name(), "digits");
  EXPECT_EQ(shown.job().state(), v1::JOB_STATE_IDLE);
  EXPECT_EQ(shown.job().job_ip(), "127.0.0.1");
  EXPECT_GT(shown.job().port(), 0U);
  EXPECT_FALSE(shown.has_latest_round());

  Register(site, "another");
  v1::ListJobsResponse list;
  Patient context;
  ASSERT_TRUE(site.jobs->ListJobs(&context, {}, &list).ok());
  ASSERT_EQ(list.jobs_size(), 2);
  EXPECT_EQ(list.jobs(0).job_id(), job);
}

TEST(JobManagerService, ListsJobsPageByPageWhenTheyDoNotFitIntoOneMessage) {
  LiveSite site;
  std::vector<std::uint64_t> registered;
  for (int i = 0; i < 30; ++i) {
    v1::RegisterJobRequest request = SmallJob("key" + std::to_string(i));
    for (int attribute = 0; attribute < 60; ++attribute) {
      v1::Attribute& need = *request.mutable_spec()->add_public_constraint();
      need.set_name("attribute_" + std::to_string(attribute) + std::string(40, 'x'));
      need.set_value(1);
    }
    v1::RegisterJobResponse response;
    Patient context;
    ASSERT_TRUE(site.jobs->RegisterJob(&context, request, &response).ok());
    registered.push_back(response.job_id());
  }
  for (const std::uint32_t page_size : {0U, 7U}) {
    std::vector<std::uint64_t> listed;
    int pages = 0;
    v1::ListJobsRequest request;
    request.set_page_size(page_size);
    do {
      v1::ListJobsResponse page;
      Patient context;
      ASSERT_TRUE(site.jobs->ListJobs(&context, request, &page).ok());
      EXPECT_LE(page.ByteSizeLong(), std::size_t{64} << 10);
      for (const v1::Job& job : page.jobs()) listed.push_back(job.job_id());
      request.set_page_token(page.next_page_token());
      ++pages;
    } while (!request.page_token().empty());
    EXPECT_EQ(listed, registered);
    EXPECT_EQ(pages, page_size == 0 ? 2 : 5);
  }
  v1::ListJobsRequest wrong;
  wrong.set_page_token("7x");
  v1::ListJobsResponse page;
  Patient context;
  EXPECT_EQ(site.jobs->ListJobs(&context, wrong, &page).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST(JobManagerService, NamesTheFieldThatIsWrong) {
  LiveSite site;
  v1::RegisterJobRequest request = SmallJob("k");
  request.mutable_spec()->set_over_commit(99);
  v1::RegisterJobResponse response;
  Patient first;
  grpc::Status status = site.jobs->RegisterJob(&first, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(status.error_message().starts_with("spec.over_commit: expected 1 to 10")) << status.error_message();

  v1::RequestRoundRequest round = RoundOf(1, "r");
  round.set_plan_digest("short");
  v1::RequestRoundResponse opened;
  Patient second;
  status = site.jobs->RequestRound(&second, round, &opened);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "plan_digest: expected 32 bytes, got 5");

  v1::EndRequestResponse ended;
  Patient third;
  EXPECT_EQ(site.jobs->EndRequest(&third, {}, &ended).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST(JobManagerService, OpensARoundAndSaysWhereItsDataGoes) {
  LiveSite site;
  const std::uint64_t job = Register(site, "k");
  v1::RequestRoundResponse opened;
  Patient first;
  ASSERT_TRUE(site.jobs->RequestRound(&first, RoundOf(job, "r"), &opened).ok());
  EXPECT_EQ(opened.round(), 1U);
  EXPECT_EQ(opened.slots(), 1U);
  EXPECT_EQ(opened.target(), 1U);
  EXPECT_EQ(opened.data_plane(), "http://root");
  const Result<RoundTerms> terms = site.sealer.OpenTerms(opened.round_token());
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->key(), (RoundKey{{job}, {1}}));
  EXPECT_EQ(terms->plan, std::string(32, 'p'));
  EXPECT_EQ(opened.deadline_unix_ms(), ToMicros(terms->deadline) / 1'000);

  v1::RequestRoundResponse refused;
  Patient second;
  EXPECT_EQ(site.jobs->RequestRound(&second, RoundOf(job, "r2"), &refused).error_code(),
            StatusCode::FAILED_PRECONDITION);

  v1::GetJobResponse shown;
  ASSERT_TRUE(Get(site, job, shown).ok());
  EXPECT_EQ(shown.latest_round().round().round(), 1U);
  EXPECT_EQ(shown.latest_round().outcome(), v1::ROUND_OUTCOME_OPEN);

  v1::EndRequestRequest end;
  end.set_idempotency_key("e");
  end.mutable_round()->set_job_id(job);
  end.mutable_round()->set_round(1);
  v1::EndRequestResponse ended;
  Patient third;
  ASSERT_TRUE(site.jobs->EndRequest(&third, end, &ended).ok());
  EXPECT_TRUE(ended.status().allocation_ended());

  v1::FinishJobRequest finish;
  finish.set_idempotency_key("f");
  finish.set_job_id(job);
  v1::FinishJobResponse finished;
  Patient fourth;
  ASSERT_TRUE(site.jobs->FinishJob(&fourth, finish, &finished).ok());
  EXPECT_EQ(finished.job().state(), v1::JOB_STATE_FINISHED);
}

TEST(JobManagerService, ShowsATenantItsOwnJobsOnly) {
  LiveSite site({{"a", "hospital"}, {"b", "bank"}});
  const std::uint64_t job = Register(site, "k", "Bearer a");
  v1::GetJobResponse shown;
  EXPECT_TRUE(Get(site, job, shown, "bearer a").ok());
  EXPECT_EQ(shown.job().tenant(), "hospital");
  const grpc::Status others = Get(site, job, shown, "Bearer b");
  EXPECT_EQ(others.error_code(), StatusCode::NOT_FOUND);
  const grpc::Status absent = Get(site, job + 100, shown, "Bearer b");
  EXPECT_EQ(absent.error_code(), StatusCode::NOT_FOUND);
  EXPECT_NE(Register(site, "k", "Bearer b"), job) << "keys of tenants are apart";
  for (const std::string authorization : {"", "Bearer c", "Bearer", "Basic a", "a"}) {
    EXPECT_EQ(Get(site, job, shown, authorization).error_code(), StatusCode::UNAUTHENTICATED) << authorization;
  }
  Patient twice("Bearer a");
  twice.AddMetadata("authorization", "Bearer b");
  v1::ListJobsResponse list;
  EXPECT_EQ(site.jobs->ListJobs(&twice, {}, &list).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST(JobManagerService, RefusesAMessageOver64KiB) {
  LiveSite site;
  v1::RegisterJobRequest request = SmallJob("k");
  request.mutable_spec()->set_name(std::string(66'000, 'x'));
  v1::RegisterJobResponse response;
  Patient context;
  EXPECT_EQ(site.jobs->RegisterJob(&context, request, &response).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(Register(site, "k"), 0U) << "the connection lives on";
}

TEST(JobManagerService, RefusesACompressedMessage) {
  LiveSite site;
  Patient context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::RegisterJobRequest request = SmallJob("k");
  request.mutable_spec()->set_name(std::string(100, 'x'));
  v1::RegisterJobResponse response;
  EXPECT_EQ(site.jobs->RegisterJob(&context, request, &response).error_code(), StatusCode::UNIMPLEMENTED);
}

TEST(JobManagerService, WatchesARoundToItsEnd) {
  LiveSite site;
  v1::WatchRoundRequest request;
  *request.mutable_round() = OpenRound(site);
  Patient context;
  const auto reader = site.jobs->WatchRound(&context, request);
  v1::WatchRoundResponse seen;
  ASSERT_TRUE(reader->Read(&seen));
  EXPECT_EQ(seen.status().outcome(), v1::ROUND_OUTCOME_OPEN);

  v1::FinishJobRequest finish;
  finish.set_idempotency_key("f");
  finish.set_job_id(request.round().job_id());
  v1::FinishJobResponse finished;
  Patient other;
  ASSERT_TRUE(site.jobs->FinishJob(&other, finish, &finished).ok());
  while (reader->Read(&seen)) {
  }
  EXPECT_EQ(seen.status().outcome(), v1::ROUND_OUTCOME_ABORTED);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST(JobManagerService, RefusesToWatchWhatIsNotThere) {
  LiveSite site({{"a", "hospital"}, {"c", "clinic"}});
  const auto watch = [&](std::uint64_t job, const std::string& authorization) {
    v1::WatchRoundRequest request;
    request.mutable_round()->set_job_id(job);
    request.mutable_round()->set_round(1);
    Patient context(authorization);
    const auto reader = site.jobs->WatchRound(&context, request);
    v1::WatchRoundResponse seen;
    EXPECT_FALSE(reader->Read(&seen));
    return reader->Finish().error_code();
  };
  EXPECT_EQ(watch(9, "Bearer a"), StatusCode::NOT_FOUND);
  EXPECT_EQ(watch(9, "Bearer b"), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(watch(9, "Basic a"), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(watch(0, "Bearer a"), StatusCode::INVALID_ARGUMENT);
}

TEST(JobManagerService, OutlivesWatchersThatGoAway) {
  LiveSite site;
  v1::WatchRoundRequest request;
  *request.mutable_round() = OpenRound(site);
  for (int i = 0; i < 20; ++i) {
    Patient context;
    const auto reader = site.jobs->WatchRound(&context, request);
    v1::WatchRoundResponse seen;
    if (i % 2 == 0) {
      ASSERT_TRUE(reader->Read(&seen));
    }
    context.TryCancel();
    while (reader->Read(&seen)) {
    }
    EXPECT_EQ(reader->Finish().error_code(), StatusCode::CANCELLED);
  }
  v1::FinishJobRequest finish;
  finish.set_idempotency_key("f");
  finish.set_job_id(request.round().job_id());
  v1::FinishJobResponse finished;
  Patient other;
  EXPECT_TRUE(site.jobs->FinishJob(&other, finish, &finished).ok());
}

TEST(JobManagerService, EndsItsWatchesWhenItDrains) {
  LiveSite site;
  v1::WatchRoundRequest request;
  *request.mutable_round() = OpenRound(site);
  Patient context;
  const auto reader = site.jobs->WatchRound(&context, request);
  v1::WatchRoundResponse seen;
  ASSERT_TRUE(reader->Read(&seen));
  site.server->Drain(20s);
  EXPECT_FALSE(reader->Read(&seen));
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::UNAVAILABLE);
}

TEST(JobManagerService, ExplainsWhyAJobWaits) {
  LiveSite site;
  const std::uint64_t job = Register(site, "k");
  v1::ExplainJobRequest request;
  request.set_job_id(job);
  v1::ExplainJobResponse told;
  Patient first;
  ASSERT_TRUE(site.jobs->ExplainJob(&first, request, &told).ok());
  EXPECT_FALSE(told.waiting());
  EXPECT_FALSE(told.has_latest_round());

  v1::RequestRoundResponse opened;
  Patient second;
  ASSERT_TRUE(site.jobs->RequestRound(&second, RoundOf(job, "r"), &opened).ok());
  Patient third;
  ASSERT_TRUE(site.jobs->ExplainJob(&third, request, &told).ok());
  EXPECT_EQ(told.job().job_id(), job);
  EXPECT_TRUE(told.waiting());
  EXPECT_EQ(told.rank(), 1U);
  EXPECT_EQ(told.requests(), 1U);
  EXPECT_EQ(told.latest_round().round().round(), 1U);
  EXPECT_FALSE(told.has_expected_wait_ms()) << "no device has come";

  request.set_job_id(99);
  Patient fourth;
  EXPECT_EQ(site.jobs->ExplainJob(&fourth, request, &told).error_code(), StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace propius
