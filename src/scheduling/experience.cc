#include "scheduling/experience.h"

#include <algorithm>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "scheduling/experience_allowance.h"
#include "scheduling/experience_success.h"

namespace propius {
namespace {

constexpr double kTailWeight = 0.1;
constexpr double kTimedWeight = 1.0 / 64;
constexpr Duration kFirstTail = 90s;
// Devices that state no speed: how many answers their usual time is taken from.
constexpr std::uint32_t kEnoughAnswers = 20;

struct LiveBind {
  Time bound_at;
  std::optional<Duration> task;
  double chance = 0;     // that it reports, as judged when it was bound
  bool overdue = false;  // silent past its time, no longer expected
};

// What is remembered of a job between its rounds, and of its open one.
struct JobMemory {
  RoundNumber round;
  bool open = false;
  RoundStanding standing;
  boost::unordered_flat_map<Slot, LiveBind, std::hash<Slot>> live;
  std::optional<Time> satisfied_at;  // first moment without need
  std::optional<Time> filled_at;     // first moment that all slots were taken
  Time last_bound;

  std::optional<double> timed_share;
  std::optional<Experience::RoundTimes> last_times;
  TierProfile tiers;

  void Judge(Time now) {
    if (!satisfied_at && standing.Need() <= 0) satisfied_at = now;
    if (!filled_at && standing.live + standing.reported >= standing.demand) filled_at = now;
  }
  void NoLongerExpect(const LiveBind& bind) {
    if (!bind.overdue) standing.expected = std::max(0.0, standing.expected - bind.chance);
  }
  void Forget(Slot slot) {
    live.erase(slot);
    --standing.live;
    if (live.empty()) standing.expected = 0;  // no rounding errors pile up
  }
};

struct Due {
  Time at;
  JobId job;
  RoundNumber round;
  Slot slot;
};
constexpr auto kLater = [](const Due& a, const Due& b) { return a.at > b.at; };

}  // namespace

struct Experience::State {
  // Behind pointers, because standings are handed out.
  boost::unordered_flat_map<JobId, std::unique_ptr<JobMemory>, std::hash<JobId>> jobs;
  std::vector<std::unique_ptr<JobMemory>> spare;  // of finished jobs
  std::vector<Due> due;                           // a heap, the earliest on top
  SuccessShares success;
  Allowance lateness;  // beyond the expected task time
  Allowance answer;    // of devices without one

  JobMemory* Find(JobId job) const {
    const auto found = jobs.find(job);
    return found == jobs.end() ? nullptr : found->second.get();
  }
  JobMemory* FindOpen(const RoundKey& round) const {
    JobMemory* job = Find(round.job);
    return job != nullptr && job->open && job->round == round.round ? job : nullptr;
  }

  std::unique_ptr<JobMemory> Take() {
    if (spare.empty()) return std::make_unique<JobMemory>();
    std::unique_ptr<JobMemory> taken = std::move(spare.back());
    spare.pop_back();
    *taken = {};
    return taken;
  }

  void Expect(const RoundKey& round, Slot slot, const LiveBind& bind, Time deadline) {
    if (!bind.task && answer.samples() < kEnoughAnswers) return;
    // A task that outlasts the round is never missed before the round is over.
    if (bind.task && *bind.task >= deadline - bind.bound_at) return;
    const Time at = bind.bound_at + (bind.task ? std::max(*bind.task, Duration(0)) + lateness.Get() : answer.Get());
    if (at >= deadline) return;
    due.push_back({at, round.job, round.round, slot});
    std::ranges::push_heap(due, kLater);
  }

  void Close(JobMemory& job, bool completed, Time now) {
    job.open = false;
    job.live.clear();
    if (completed && !job.satisfied_at) job.satisfied_at = now;
    if (job.satisfied_at) {
      const double tail = Seconds(job.standing.tail);
      job.standing.tail = FromSeconds(tail + kTailWeight * (Seconds(now - *job.satisfied_at) - tail));
    }
    if (!completed || job.standing.accepted == 0) return;
    const Time scheduled = job.filled_at.value_or(job.last_bound);
    job.last_times = {.scheduling = scheduled - job.standing.requested_at, .collecting = now - scheduled};
  }
};

Experience::Experience() : state_(std::make_unique<State>()) {}
Experience::~Experience() = default;
Experience::Experience(Experience&&) noexcept = default;
Experience& Experience::operator=(Experience&&) noexcept = default;

void Experience::RoundOpened(const RoundKey& round, std::uint32_t demand, std::uint32_t target, Time deadline,
                             Time now) {
  std::unique_ptr<JobMemory>& job = state_->jobs[round.job];
  if (!job) job = state_->Take();
  if (job->open) state_->Close(*job, false, now);
  job->round = round.round;
  job->open = true;
  const Duration tail = job->standing.tail;
  job->standing = {.demand = demand, .target = target, .requested_at = now, .deadline = deadline, .tail = tail};
  job->satisfied_at.reset();
  job->filled_at.reset();
}

void Experience::Bound(const RoundKey& round, Slot slot, std::optional<Duration> task, Time now) {
  JobMemory* job = state_->FindOpen(round);
  if (job == nullptr) return;
  const LiveBind bind{.bound_at = now, .task = task, .chance = state_->success.Share(task)};
  if (!job->live.try_emplace(slot, bind).second) return;
  RoundStanding& standing = job->standing;
  if (standing.accepted++ == 0) standing.first_bound = now;
  ++standing.live;
  standing.expected += bind.chance;
  job->last_bound = now;
  const double timed = task ? 1 : 0;
  job->timed_share = job->timed_share.value_or(timed) + kTimedWeight * (timed - job->timed_share.value_or(timed));
  job->Judge(now);
  state_->Expect(round, slot, bind, standing.deadline);
}

void Experience::Reported(const RoundKey& round, Slot slot, Time now) {
  JobMemory* job = state_->FindOpen(round);
  if (job == nullptr) return;
  const auto found = job->live.find(slot);
  if (found == job->live.end()) return;
  const LiveBind bind = found->second;
  const Duration response = now - bind.bound_at;
  if (bind.task) {
    state_->lateness.Record(response - *bind.task);
    job->tiers.Record(*bind.task, response);
  } else {
    state_->answer.Record(response);
  }
  bind.overdue ? state_->success.Amend(bind.task) : state_->success.Record(bind.task, true);
  job->NoLongerExpect(bind);
  job->Forget(slot);
  ++job->standing.reported;
  job->Judge(now);
}

void Experience::Lost(const RoundKey& round, Slot slot, Time /*now*/) {
  JobMemory* job = state_->FindOpen(round);
  if (job == nullptr) return;
  const auto found = job->live.find(slot);
  if (found == job->live.end()) return;
  const LiveBind bind = found->second;
  if (!bind.overdue) state_->success.Record(bind.task, false);
  job->NoLongerExpect(bind);
  job->Forget(slot);
}

void Experience::RoundClosed(const RoundKey& round, bool completed, Time now) {
  if (JobMemory* job = state_->FindOpen(round)) state_->Close(*job, completed, now);
}

void Experience::JobFinished(JobId job) {
  const auto found = state_->jobs.find(job);
  if (found == state_->jobs.end()) return;
  found->second->tiers = {};
  state_->spare.push_back(std::move(found->second));
  state_->jobs.erase(found);
}

void Experience::Advance(Time now) {
  std::vector<Due>& due = state_->due;
  while (!due.empty() && due.front().at <= now) {
    std::ranges::pop_heap(due, kLater);
    const Due late = due.back();
    due.pop_back();
    JobMemory* job = state_->FindOpen({late.job, late.round});
    if (job == nullptr) continue;
    const auto found = job->live.find(late.slot);
    if (found == job->live.end() || found->second.overdue) continue;
    state_->success.Record(found->second.task, false);
    job->NoLongerExpect(found->second);
    found->second.overdue = true;
  }
}

const RoundStanding* Experience::Standing(const RoundKey& round) const {
  const JobMemory* job = state_->FindOpen(round);
  return job == nullptr ? nullptr : &job->standing;
}

Duration Experience::Tail(JobId job) const {
  const JobMemory* memory = state_->Find(job);
  return memory == nullptr ? kFirstTail : memory->standing.tail;
}

std::optional<Experience::RoundTimes> Experience::LastTimes(JobId job) const {
  const JobMemory* memory = state_->Find(job);
  return memory == nullptr ? std::nullopt : memory->last_times;
}

const TierProfile* Experience::Tiers(JobId job) const {
  const JobMemory* memory = state_->Find(job);
  return memory == nullptr || memory->tiers.samples() == 0 ? nullptr : &memory->tiers;
}

std::optional<double> Experience::TimedShare(JobId job) const {
  const JobMemory* memory = state_->Find(job);
  return memory == nullptr ? std::nullopt : memory->timed_share;
}

double Experience::SuccessShare(std::optional<Duration> task) const { return state_->success.Share(task); }
double Experience::SuccessShare() const { return state_->success.Share(); }

}  // namespace propius
