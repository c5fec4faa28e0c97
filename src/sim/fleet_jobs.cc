#include "sim/fleet_jobs.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

// Rounds that fail count for the job manager: a job leaves itself all the room there is.
constexpr std::uint32_t kRoomForRounds = 1'000'000;

}  // namespace

FleetJobs::FleetJobs(VirtualRuntime& world, std::span<const ArrivingJob> jobs, FleetJobRules rules)
    : world_(world), jobs_(jobs), rules_(rules), agents_(jobs.size()), places_(1, 0), unfinished_(jobs.size()) {
  for (const ArrivingJob& job : jobs_) rounds_wanted_ += job.spec.rounds;
}

std::function<ToldRounds(JobId)> FleetJobs::Told() const {
  return [this](JobId id) {
    const std::size_t place = PlaceOf(id);
    const ArrivingJob& job = jobs_[place];
    return ToldRounds{job.stated_rounds > 0 ? job.stated_rounds : job.spec.rounds, agents_[place].done};
  };
}

void FleetJobs::Start(FleetSite& site) {
  site_ = &site;
  for (std::size_t place = 0; place < jobs_.size(); ++place) {
    world_.At(jobs_[place].arrives(), [this, place] { Register(place); });
  }
}

JobCaller FleetJobs::Caller(std::size_t place) {
  const TenantId& tenant = jobs_[place].tenant;
  return {.tenant = tenant.empty() ? "fleet" : tenant,
          .key = std::to_string(place) + "/" + std::to_string(++agents_[place].calls),
          .ip = "192.0.2.1",
          .port = 1};
}

void FleetJobs::Fail(const Error& error) {
  if (!failure_) failure_ = error;
}

void FleetJobs::Register(std::size_t place) {
  JobSpec spec = jobs_[place].spec;
  if (spec.name.empty()) spec.name = "job-" + std::to_string(jobs_[place].id);
  spec.rounds = kRoomForRounds;
  site_->jobs().Register(Caller(place), std::move(spec), [this, place](const Result<JobId>& id) {
    if (!id) return Fail(id.error());
    agents_[place].id = *id;
    Request(place);
  });
  // The answer waits for the store, but policies see the job at once: ids are given in the order of the calls.
  places_.push_back(place);
}

void FleetJobs::Request(std::size_t place) {
  site_->jobs().RequestRound(Caller(place), agents_[place].id, 0, Digest(32, 'p'),
                             [this, place](const Result<RoundGrant>& grant) {
                               if (!grant) return Fail(grant.error());
                               Opened(place, *grant);
                             });
}

void FleetJobs::Opened(std::size_t place, const RoundGrant& grant) {
  Agent& agent = agents_[place];
  agent.round = FleetRound(grant.terms, jobs_[place].spec.min_reports, world_.Now());
  agent.begun.reset();
  if (rules_.barrier) {
    CloseAt(world_.Now() + rules_.barrier->fill, place, "not filled", true);
  } else {
    agent.round.Begin();
    CloseAt(grant.terms.deadline, place, "deadline");
  }
}

void FleetJobs::CloseAt(Time when, std::size_t place, const char* why, bool only_unbegun) {
  world_.At(when, [this, place, key = agents_[place].round.key(), why, only_unbegun] {
    const FleetRound& round = agents_[place].round;
    if (round.IsOpen(key) && !(only_unbegun && round.has_begun())) Close(place, why);
  });
}

void FleetJobs::Bound(const RoundKey& key) {
  const std::size_t place = PlaceOf(key.job);
  FleetRound& round = agents_[place].round;
  if (!round.IsOpen(key)) return;
  round.Bound(world_.Now());
  if (!round.has_begun()) BeginIfFull(place);
}

void FleetJobs::BeginIfFull(std::size_t place) {
  Agent& agent = agents_[place];
  // Full is what the desks hold for full: a policy may need fewer devices than the job asked for.
  for (const Dispatcher::Place& open : site_->dispatcher().places()) {
    if (open.key == agent.round.key() && site_->dispatcher().PlacesLeft(open) > 0) return;
  }
  agent.round.Begin();
  agent.begun = world_.Now();
  CloseAt(world_.Now() + rules_.barrier->execute, place, "deadline");
  if (turn_) turn_(place);
}

bool FleetJobs::Deliver(const RoundKey& key) {
  const std::size_t place = PlaceOf(key.job);
  FleetRound& round = agents_[place].round;
  if (!round.IsOpen(key) || round.IsComplete()) return false;
  if (round.Count()) CloseAt(world_.Now(), place, "target reached");
  return true;
}

void FleetJobs::Close(std::size_t place, const char* why) {
  Agent& agent = agents_[place];
  FleetRound& round = agent.round;
  const Time now = world_.Now();
  const bool is_good = round.IsComplete() || (!rules_.strict && round.IsGoodEnough());
  const std::optional<Time> begun = rules_.barrier ? agent.begun.value_or(now) : agent.begun;
  const Duration waited = round.Waited(begun, now);
  agent.scheduling += waited;
  agent.collecting += round.Lasted(now) - waited;
  round.Close();
  if (is_good) {
    ++agent.done;
    ++rounds_done_;
    agent.queue_delay += waited;
  } else {
    ++agent.aborts;
  }
  const bool is_last = agent.done >= jobs_[place].spec.rounds;
  if (is_last) {
    agent.finish_s = Seconds(now.time_since_epoch());
    --unfinished_;
  }
  const RoundOutcome outcome = round.IsComplete()    ? RoundOutcome::kCompleted
                               : round.counted() > 0 ? RoundOutcome::kPartial
                                                     : RoundOutcome::kAborted;
  site_->jobs().RoundClosed({round.key(), outcome, round.counted(), why},
                            [this, place, is_last](const Result<BindCensus>& census) {
                              if (!census) return Fail(census.error());
                              if (is_last) return Finish(place);
                              world_.After(rules_.between_rounds, [this, place] { Request(place); });
                            });
  if (turn_) turn_(place);
}

void FleetJobs::Finish(std::size_t place) {
  site_->jobs().FinishJob(Caller(place), agents_[place].id, [this](const Result<Job>& job) {
    if (!job) Fail(job.error());
  });
}

double FleetJobs::ShareDone() const {
  return rounds_wanted_ == 0 ? 1 : static_cast<double>(rounds_done_) / static_cast<double>(rounds_wanted_);
}

void FleetJobs::Report(RunRecord& record, Time end) const {
  double first_arrival = Seconds(end.time_since_epoch());
  double waiting = 0;
  double queue_delay = 0;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const ArrivingJob& job = jobs_[i];
    const Agent& agent = agents_[i];
    record.jobs.push_back({.id = job.id,
                           .start_s = job.arrives_s,
                           .finish_s = agent.finish_s,
                           .rounds = agent.done,
                           .aborts = agent.aborts,
                           .demand = job.spec.demand,
                           .requirement = job.requirement,
                           .scheduling_s = Seconds(agent.scheduling),
                           .collecting_s = Seconds(agent.collecting)});
    record.makespan_s = std::max(record.makespan_s, agent.finish_s);
    first_arrival = std::min(first_arrival, job.arrives_s);
    waiting += Seconds(agent.scheduling);
    queue_delay += Seconds(agent.queue_delay);
  }
  std::ranges::sort(record.jobs, {}, &JobRecord::id);
  record.avg_queue_delay_s = rounds_done_ > 0 ? queue_delay / static_cast<double>(rounds_done_) : 0;
  const double last = unfinished_ > 0 ? Seconds(end.time_since_epoch()) : record.makespan_s;
  const auto binds = static_cast<double>(record.bindings);
  record.bindings_per_second = last > first_arrival ? binds / (last - first_arrival) : 0;
  record.bindings_per_waiting_second = waiting > 0 ? binds / waiting : 0;
  record.plans = site_->dispatcher().plans_made();
}

}  // namespace propius
