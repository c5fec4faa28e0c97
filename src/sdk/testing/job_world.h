// One tenant's job manager and root as the protocol describes them, small and in memory, for tests of the job library.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "propius/job.h"
#include "sdk/testing/fake_grpc.h"
#include "sdk/testing/fake_http.h"
#include "sdk/testing/samples.h"

namespace propius::testing {

struct JobWorld {
  struct Memo {
    std::string request;
    grpc::Status status;
    v1::RequestRoundResponse grant;
  };

  FakeJobManager manager;
  GrpcPlace control{manager};
  // Asked before the root answers by itself.
  std::function<std::optional<std::optional<HttpReply>>(const HttpCall&)> root_fault;
  FakeHttp root{[this](const HttpCall& call) { return Root(call); }};

  std::map<std::string, std::uint64_t> registered;  // key to job
  std::map<std::uint64_t, std::string> finished;    // with the reason
  std::map<std::string, Memo> memos;
  std::uint32_t rounds = 100;
  std::uint32_t latest = 0;
  bool open = false;
  bool published = false;
  bool root_knows = false;
  int polls_to_close = 2;
  int polls = 0;
  std::string last_plan;
  sdk::JobOptions options;

  JobWorld() {
    options.job_manager = control.target();
    options.idempotency_key = "job-key";
    manager.on_register = [this](const v1::RegisterJobRequest& request, v1::RegisterJobResponse& answer) {
      const auto [entry, fresh] = registered.emplace(request.idempotency_key(), registered.size() + 1);
      answer.set_job_id(entry->second);
      return grpc::Status::OK;
    };
    manager.on_get = [this](const v1::GetJobRequest& request, v1::GetJobResponse& answer) {
      Describe(request.job_id(), answer);
      return grpc::Status::OK;
    };
    manager.on_request = [this](const v1::RequestRoundRequest& request, v1::RequestRoundResponse& answer) {
      return Request(request, answer);
    };
    manager.on_end = [this](const v1::EndRequestRequest&, v1::EndRequestResponse&) {
      open = false;
      return grpc::Status::OK;
    };
    manager.on_finish = [this](const v1::FinishJobRequest& request, v1::FinishJobResponse&) {
      finished[request.job_id()] = "finished by its owner";
      return grpc::Status::OK;
    };
  }

  void Describe(std::uint64_t id, v1::GetJobResponse& answer) const {
    answer.mutable_job()->set_job_id(id);
    answer.mutable_job()->set_state(finished.contains(id) ? v1::JOB_STATE_FINISHED : v1::JOB_STATE_IDLE);
    if (finished.contains(id)) answer.mutable_job()->set_finish_reason(finished.at(id));
    if (latest == 0) return;
    v1::RoundStatus& status = *answer.mutable_latest_round();
    status.mutable_round()->set_job_id(id);
    status.mutable_round()->set_round(latest);
    status.set_outcome(open ? v1::ROUND_OUTCOME_OPEN : v1::ROUND_OUTCOME_COMPLETED);
    status.set_allocated(6);
    status.set_requested_unix_ms(1'000);
    status.set_filled_unix_ms(1'300);
    status.set_closed_unix_ms(open ? 0 : 2'000);
  }

  // The first answer to a key is its only one, refusals included.
  grpc::Status Request(const v1::RequestRoundRequest& request, v1::RequestRoundResponse& answer) {
    const auto known = memos.find(request.idempotency_key());
    if (known != memos.end()) {
      if (known->second.request != request.SerializeAsString()) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "the key was used for another request"};
      }
      answer = known->second.grant;
      return known->second.status;
    }
    Memo memo{request.SerializeAsString(), grpc::Status::OK, {}};
    if (open) {
      memo.status = {grpc::StatusCode::FAILED_PRECONDITION, "a round is open"};
    } else if (latest == rounds) {
      memo.status = {grpc::StatusCode::OUT_OF_RANGE, "all rounds are done"};
    } else {
      open = true;
      published = root_knows = false;
      polls = 0;
      memo.grant.set_round(++latest);
      memo.grant.set_round_token("token-" + std::to_string(latest));
      memo.grant.set_slots(10);
      memo.grant.set_target(8);
      memo.grant.set_data_plane(root.url() + "/");
    }
    memos.emplace(request.idempotency_key(), memo);
    answer = memo.grant;
    return memo.status;
  }

  std::optional<HttpReply> Root(const HttpCall& call) {
    if (root_fault) {
      if (const auto reply = root_fault(call)) return *reply;
    }
    return Serve(call);
  }
  HttpReply Serve(const HttpCall& call) {
    if (call.headers.at("authorization") != "Propius-Round token-" + std::to_string(latest)) return {401, "", {}};
    if (call.method == "PUT") {
      last_plan = call.body;
      root_knows = true;
      return {200, R"({"digest": ")" + ToHex(Sha256(call.body)) + R"("})", {}};
    }
    if (call.target == "/v1/jobs/1/parameters") {
      return {200,
              File("nowadays"),
              {{"Propius-Version", "4"},
               {"Propius-Commits", "5"},
               {"Propius-Steps", "60"},
               {"Propius-Workers", "2"},
               {"Propius-Loss", "0.25"}}};
    }
    if (!root_knows) return {404, R"({"title": "not_found", "detail": "no such round"})", {}};
    if (call.method == "POST") polls_to_close = 0;  // …/close
    if (++polls < polls_to_close) return {202, R"({"outcome": "open", "target": 8, "counted": 3})", {}};
    open = false;
    return {200, Aggregate(true), {}};
  }
  static std::string Aggregate(bool final) {
    return File("abcdefgh",
                {{"outcome", "completed"},
                 {"reason", "target reached"},
                 {"count", "8"},
                 {"total_weight", "20"},
                 {"target", "8"},
                 {"ledger", std::string(R"({"granted": 8, "returned": 0, "bound": 8, "stranded": 0, "counted": 8,
                            "late": 0, "rejected": {}, "lost": {}, "final": )") +
                                (final ? "true}" : "false}")}});
  }
};

}  // namespace propius::testing
