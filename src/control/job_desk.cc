#include "control/job_desk.h"

#include <utility>

#include "base/event.h"
#include "control/admission.h"
#include "control/job_desk_state.h"
#include "control/job_request.h"

namespace propius {

JobDesk::JobDesk(Runtime& runtime, JobBook& book, Dispatcher& dispatcher, Sealer sealer, JobDeskOptions options)
    : state_(std::make_shared<State>(runtime, book, dispatcher, std::move(sealer), std::move(options))) {
  // Posted, so that a desk that is built off its runtime's thread is whole before anything rings.
  runtime.Post([weak = std::weak_ptr(state_)] {
    if (const auto state = weak.lock()) state->Rearm();
  });
}

JobDesk::~JobDesk() = default;

Result<const Job*> JobDesk::State::Own(const TenantId& tenant, JobId id) const {
  const Job* job = book.FindJob(id);
  if (job != nullptr && job->tenant == tenant) return job;
  return Fail(Code::kNotFound, Show(id) + ": expected a job of yours, found none");
}

Result<RoundStatus> JobDesk::State::StatusOf(const RoundKey& key) const {
  const Job* job = book.FindJob(key.job);
  const Round* round = book.FindRound(key);
  if (job == nullptr || round == nullptr) {
    return Fail(Code::kNotFound, Show(key) + ": expected a round that is kept, found none");
  }
  return RoundStatus{*job, *round};
}

void JobDesk::Register(const JobCaller& caller, JobSpec spec, Done<JobId> done) {
  const std::string request = PackRegister(spec);
  const auto act = [&]() -> Result<Gist> {
    if (Status status = AdmitJob(spec, caller.tenant, state_->book, state_->options); !status) {
      return tl::unexpected(status.error());
    }
    const JobId id = state_->book.AddJob(caller.tenant, std::move(spec), caller.ip, caller.port);
    Event(Severity::kInfo, "job_registered", {{"job", id.value}, {"tenant", caller.tenant}});
    state_->dispatcher.JobRegistered(id);
    return Gist{{id, {}}, {}};
  };
  const auto answer = [](const RoundKey& about) -> Result<JobId> { return about.job; };
  state_->Call<JobId>(caller, request, act, answer, std::move(done));
}

void JobDesk::FinishJob(const JobCaller& caller, JobId job, Done<Job> done) {
  const auto act = [&]() -> Result<Gist> {
    const Result<const Job*> own = state_->Own(caller.tenant, job);
    if (!own) return tl::unexpected(own.error());
    state_->book.Heard(job);
    if ((*own)->state != JobState::kFinished) state_->Finish(job, "finished by its owner");
    return Gist{{job, {}}, {}};
  };
  const auto answer = [&](const RoundKey& about) -> Result<Job> {
    return state_->Own(caller.tenant, about.job).map([](const Job* own) { return *own; });
  };
  state_->Call<Job>(caller, PackFinishJob(job), act, answer, std::move(done));
}

Result<RoundStatus> JobDesk::Get(const TenantId& tenant, JobId job) const {
  const Result<const Job*> own = state_->Own(tenant, job);
  if (!own) return tl::unexpected(own.error());
  if ((*own)->state != JobState::kFinished) state_->book.Heard(job);
  const Round* round = state_->book.CurrentRound(job);
  return RoundStatus{**own, round == nullptr ? Round() : *round};
}

std::vector<Job> JobDesk::List(const TenantId& tenant, JobId after, std::size_t most) const {
  std::vector<Job> jobs;
  const auto& all = state_->book.jobs();
  for (auto next = all.upper_bound(after); next != all.end() && jobs.size() < most; ++next) {
    if (next->second.tenant == tenant) jobs.push_back(next->second);
  }
  return jobs;
}

Result<JobExplanation> JobDesk::Explain(const TenantId& tenant, JobId job) const {
  const Result<const Job*> own = state_->Own(tenant, job);
  if (!own) return tl::unexpected(own.error());
  if ((*own)->state != JobState::kFinished) state_->book.Heard(job);
  return propius::Explain(state_->dispatcher, state_->book, job);
}

void JobDesk::Watch(const TenantId& tenant, RoundKey round, std::function<bool(Result<RoundStatus>)> watcher) {
  const Result<const Job*> own = state_->Own(tenant, round.job);
  if (!own) {
    watcher(tl::unexpected(own.error()));
  } else if (state_->book.FindRound(round) == nullptr) {
    watcher(Fail(Code::kNotFound, Show(round) + ": expected a round that was requested, found none"));
  } else {
    state_->watch.Add(round, std::move(watcher));
  }
}

void JobDesk::RoundChanged(const RoundKey& round) { state_->watch.Changed(round); }

}  // namespace propius
