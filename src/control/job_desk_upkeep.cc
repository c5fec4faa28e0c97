// What the job manager does without being asked.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "control/job_desk_state.h"

namespace propius {
namespace {

constexpr Duration kShortestSweep = 100ms;
constexpr Duration kLongestSweep = 30s;

// Often enough that nothing outlives its term by more than a quarter of it.
Duration SweepEvery(const JobDeskOptions& options) {
  Duration shortest = kLongestSweep * 4;
  for (const Duration term :
       {options.max_silence, options.retention, options.reply_retention, options.bind_retention}) {
    if (term > 0us) shortest = std::min(shortest, term);
  }
  return std::clamp(shortest / 4, kShortestSweep, kLongestSweep);
}

// Finished jobs past their retention, and the oldest of a tenant that has too many.
std::vector<JobId> KeptNoLonger(const JobBook& book, const JobDeskOptions& options, Time now) {
  std::map<TenantId, std::vector<std::pair<Time, JobId>>> finished;
  for (const auto& [id, job] : book.jobs()) {
    if (job.state == JobState::kFinished) finished[job.tenant].emplace_back(job.last_heard, id);
  }
  std::vector<JobId> over;
  for (auto& [tenant, jobs] : finished) {
    std::ranges::sort(jobs, std::greater<>());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const bool too_old = options.retention > 0us && now - jobs[i].first >= options.retention;
      const bool too_many = options.max_finished_jobs_per_tenant > 0 && i >= options.max_finished_jobs_per_tenant;
      if (too_old || too_many) over.push_back(jobs[i].second);
    }
  }
  return over;
}

}  // namespace

void JobDesk::State::Rearm() {
  const Time now = runtime.Now();
  for (const auto& [id, job] : book.jobs()) {
    const Round* round = book.CurrentRound(id);
    if (round == nullptr || round->closed()) continue;
    // A round whose deadline passed meanwhile waits a little: its root is about to say how it ended.
    deadlines.Set(std::max(round->terms.deadline, now) + options.close_grace, round->terms.key());
  }
  Sweep();
}

bool JobDesk::State::IsSilent(const Job& job, Time now) const {
  if (options.max_silence == 0us) return false;
  const Round* round = book.CurrentRound(job.id);
  if (round != nullptr && !round->closed()) return false;
  // Neither a long round nor our own absence is the job's silence.
  Time since = std::max(job.last_heard, started);
  if (round != nullptr) since = std::max(since, *round->closed_at);
  return now - since >= options.max_silence;
}

void JobDesk::State::Sweep() {
  const Time now = runtime.Now();
  std::vector<JobId> silent;
  for (const auto& [id, job] : book.jobs()) {
    if (job.state != JobState::kFinished && IsSilent(job, now)) silent.push_back(id);
  }
  for (const JobId id : silent) Finish(id, "silent");
  for (const JobId id : KeptNoLonger(book, options, now)) book.RemoveJob(id);
  if (options.reply_retention > 0us) book.ForgetRepliesBefore(now - options.reply_retention);
  if (options.bind_retention > 0us) book.ForgetBindingsBefore(now - options.bind_retention);
  runtime.After(SweepEvery(options), [weak = weak_from_this()] {
    if (const auto state = weak.lock()) state->Sweep();
  });
}

}  // namespace propius
