#include "sdk/job_session.h"

#include "propius/v1/job_manager.grpc.pb.h"
#include "sdk/unary_call.h"

namespace propius {
namespace {

using Stub = v1::JobManager::Stub;
using AttributeList = google::protobuf::RepeatedPtrField<v1::Attribute>;

void Write(const std::map<std::string, double>& bounds, AttributeList& messages) {
  for (const auto& [name, value] : bounds) {
    v1::Attribute& message = *messages.Add();
    message.set_name(name);
    message.set_value(value);
  }
}

void WriteSync(const sdk::SyncRequest& sync, v1::Sync& message) {
  message.set_model(sync.model);
  message.set_period_ms(sync.period.count());
  message.set_eta(sync.eta);
  message.set_momentum(sync.momentum);
  message.set_goal(sync.goal);
  message.set_batch(sync.batch);
  message.set_commits(sync.commits);
  message.set_max_norm(sync.max_norm);
}

}  // namespace

v1::JobSpec ToSpec(const sdk::JobRequest& request) {
  v1::JobSpec spec;
  spec.set_name(request.name);
  spec.set_rounds(request.rounds);
  spec.set_demand(request.demand);
  spec.set_over_commit(request.over_commit);
  spec.set_min_reports(request.min_reports);
  spec.set_deadline_ms(request.deadline.count());
  Write(request.public_constraint, *spec.mutable_public_constraint());
  Write(request.private_constraint, *spec.mutable_private_constraint());
  spec.mutable_reducer()->set_name(request.reducer);
  for (const auto& [name, value] : request.reducer_options) (*spec.mutable_reducer()->mutable_options())[name] = value;
  spec.set_max_update_bytes(request.max_update_bytes);
  spec.set_max_weight(request.max_weight);
  spec.set_share(request.share);
  spec.mutable_work()->set_samples(request.work_samples);
  spec.mutable_work()->set_kilobits(request.work_kilobits);
  if (request.sync) WriteSync(*request.sync, *spec.mutable_sync());
  return spec;
}

JobSession::JobSession(const sdk::JobOptions& options, Rng chance)
    : line_(options.job_manager),
      token_(options.token),
      patience_(options.patience),
      gate_(options.call_timeout),
      backoff_({}, chance) {}

template <typename Call>
auto JobSession::Retried(const Call& call) -> decltype(call()) {
  return CallWithRetry(backoff_, patience_, never_, call);
}

Result<std::uint64_t> JobSession::Register(const std::string& key, const v1::JobSpec& spec) {
  v1::RegisterJobRequest request;
  request.set_idempotency_key(key);
  *request.mutable_spec() = spec;
  const auto answer =
      Retried([&] { return UnaryCall(line_, gate_, token_, "register job", &Stub::RegisterJob, request); });
  if (!answer) return tl::unexpected<Error>(answer.error());
  return answer->job_id();
}

Result<v1::RequestRoundResponse> JobSession::RequestRound(const std::string& key, std::uint64_t job,
                                                          const std::string& digest) {
  v1::RequestRoundRequest request;
  request.set_idempotency_key(key);
  request.set_job_id(job);
  request.set_plan_digest(digest);
  return Retried([&] { return UnaryCall(line_, gate_, token_, "request round", &Stub::RequestRound, request); });
}

Result<v1::RoundStatus> JobSession::EndRequest(const std::string& key, std::uint64_t job, std::uint32_t round) {
  v1::EndRequestRequest request;
  request.set_idempotency_key(key);
  request.mutable_round()->set_job_id(job);
  request.mutable_round()->set_round(round);
  auto answer = Retried([&] { return UnaryCall(line_, gate_, token_, "end request", &Stub::EndRequest, request); });
  if (!answer) return tl::unexpected<Error>(answer.error());
  return std::move(*answer->mutable_status());
}

Result<v1::Job> JobSession::Finish(const std::string& key, std::uint64_t job) {
  v1::FinishJobRequest request;
  request.set_idempotency_key(key);
  request.set_job_id(job);
  auto answer = Retried([&] { return UnaryCall(line_, gate_, token_, "finish job", &Stub::FinishJob, request); });
  if (!answer) return tl::unexpected<Error>(answer.error());
  return std::move(*answer->mutable_job());
}

Result<v1::GetJobResponse> JobSession::Get(std::uint64_t job) {
  return Retried([&] { return GetOnce(job); });
}

Result<v1::GetJobResponse> JobSession::GetOnce(std::uint64_t job) {
  v1::GetJobRequest request;
  request.set_job_id(job);
  return UnaryCall(line_, gate_, token_, "get job", &Stub::GetJob, request);
}

}  // namespace propius
