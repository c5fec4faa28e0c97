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

void AddRound(const v1::RoundStatus& round, JobSummary& summary) {
  summary.demand = round.demand();
  summary.slots = round.slots();
  summary.allocated = round.allocated();
  summary.reported = round.reported();
  summary.counted = round.counted();
  summary.outcome = OutcomeText(round.outcome());
  summary.reason = round.reason();
}

std::string KindText(v1::RemedyKind kind) {
  switch (kind) {
    case v1::REMEDY_KIND_CONSTRAINT:
      return "constraint";
    case v1::REMEDY_KIND_DEMAND:
      return "demand";
    case v1::REMEDY_KIND_OVER_COMMIT:
      return "over_commit";
    case v1::REMEDY_KIND_NO_RIVALS:
      return "no_rivals";
    default:
      return "unknown";
  }
}

Remedy RemedyOf(const v1::Remedy& message) {
  Remedy remedy;
  remedy.kind = KindText(message.kind());
  remedy.attribute = message.attribute();
  remedy.bound = message.bound();
  remedy.supply_factor = message.supply_factor();
  if (message.has_expected_wait_ms()) remedy.expected_wait = std::chrono::milliseconds(message.expected_wait_ms());
  return remedy;
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
  std::vector<JobSummary> jobs;
  v1::ListJobsRequest page;
  do {
    const auto answer = state_->Call("list jobs", &JobManager::ListJobs, page);
    if (!answer) return PublicFailure(answer);
    for (const v1::Job& job : answer->jobs()) jobs.push_back(Summarise(job));
    page.set_page_token(answer->next_page_token());
  } while (!page.page_token().empty());
  return jobs;
}

Result<JobSummary> Jobs::Get(std::uint64_t id) {
  v1::GetJobRequest request;
  request.set_job_id(id);
  const auto answer = state_->Call("job " + std::to_string(id), &JobManager::GetJob, request);
  if (!answer) return PublicFailure(answer);
  JobSummary summary = Summarise(answer->job());
  if (answer->has_latest_round()) AddRound(answer->latest_round(), summary);
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

Result<JobExplanation> Jobs::Explain(std::uint64_t id) {
  v1::ExplainJobRequest request;
  request.set_job_id(id);
  const auto answer = state_->Call("job " + std::to_string(id), &JobManager::ExplainJob, request);
  if (!answer) return PublicFailure(answer);
  JobExplanation told;
  told.job = Summarise(answer->job());
  if (answer->has_latest_round()) AddRound(answer->latest_round(), told.job);
  told.waiting = answer->waiting();
  told.rank = answer->rank();
  told.requests = answer->requests();
  told.ahead = answer->ahead();
  told.ahead_yours.assign(answer->ahead_yours().begin(), answer->ahead_yours().end());
  told.ahead_places = answer->ahead_places();
  if (answer->has_expected_wait_ms()) told.expected_wait = std::chrono::milliseconds(answer->expected_wait_ms());
  told.eligible_per_hour = answer->eligible_per_hour();
  told.checkins_per_hour = answer->checkins_per_hour();
  told.window_eligible = answer->window_eligible();
  told.window_devices = answer->window_devices();
  for (const v1::Remedy& remedy : answer->remedies()) told.remedies.push_back(RemedyOf(remedy));
  return told;
}

}  // namespace propius::sdk
