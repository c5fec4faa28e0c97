#include "propius/jobs.h"

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "propius/v1/job_manager.grpc.pb.h"
#include "sdk/failure.h"
#include "sdk/unary_call.h"

namespace propius::sdk {
namespace {

using JobManager = v1::JobManager::Stub;

std::string StateText(v1::JobState state) {
  switch (state) {
    case v1::JOB_STATE_IDLE:
      return "idle";
    case v1::JOB_STATE_SCHEDULING:
      return "scheduling";
    case v1::JOB_STATE_ALLOCATED:
      return "allocated";
    case v1::JOB_STATE_FINISHED:
      return "finished";
    default:
      return "unknown";
  }
}

std::string OutcomeText(v1::RoundOutcome outcome) {
  switch (outcome) {
    case v1::ROUND_OUTCOME_OPEN:
      return "open";
    case v1::ROUND_OUTCOME_COMPLETED:
      return "completed";
    case v1::ROUND_OUTCOME_PARTIAL:
      return "partial";
    case v1::ROUND_OUTCOME_ABORTED:
      return "aborted";
    default:
      return "";
  }
}

JobSummary Summarise(const v1::Job& job) {
  JobSummary summary;
  summary.id = job.job_id();
  summary.name = job.spec().name();
  summary.tenant = job.tenant();
  summary.state = StateText(job.state());
  summary.finish_reason = job.finish_reason();
  summary.rounds = job.spec().rounds();
  summary.round = job.round();
  summary.attained_service = job.attained_service();
  summary.total_scheduling = std::chrono::milliseconds(job.total_sched_ms());
  return summary;
}

}  // namespace

struct Jobs::State {
  explicit State(JobsOptions given)
      : options(std::move(given)), line(options.job_manager), gate(Duration(options.call_timeout)) {}

  template <typename Request, typename Answer>
  propius::Result<Answer> Call(const std::string& what,
                               grpc::Status (JobManager::*method)(grpc::ClientContext*, const Request&, Answer*),
                               const Request& request) {
    return UnaryCall(line, gate, options.token, what, method, request);
  }

  const JobsOptions options;
  ServerLine line;
  CallGate gate;
};

Jobs::Jobs(JobsOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Jobs::~Jobs() = default;

Result<std::vector<JobSummary>> Jobs::List() {
  const auto answer = state_->Call("list jobs", &JobManager::ListJobs, v1::ListJobsRequest());
  if (!answer) return PublicFailure(answer);
  std::vector<JobSummary> jobs;
  for (const v1::Job& job : answer->jobs()) jobs.push_back(Summarise(job));
  return jobs;
}

Result<JobSummary> Jobs::Get(std::uint64_t id) {
  v1::GetJobRequest request;
  request.set_job_id(id);
  const auto answer = state_->Call("job " + std::to_string(id), &JobManager::GetJob, request);
  if (!answer) return PublicFailure(answer);
  JobSummary summary = Summarise(answer->job());
  if (answer->has_latest_round()) {
    const v1::RoundStatus& round = answer->latest_round();
    summary.demand = round.demand();
    summary.slots = round.slots();
    summary.allocated = round.allocated();
    summary.reported = round.reported();
    summary.counted = round.counted();
    summary.outcome = OutcomeText(round.outcome());
    summary.reason = round.reason();
  }
  return summary;
}

Result<JobSummary> Jobs::Finish(std::uint64_t id) {
  v1::FinishJobRequest request;
  request.set_job_id(id);
  request.set_idempotency_key("finish/" + ToHex(SecretFromSystem()));
  const auto answer = state_->Call("stop job " + std::to_string(id), &JobManager::FinishJob, request);
  if (!answer) return PublicFailure(answer);
  return Summarise(answer->job());
}

}  // namespace propius::sdk
