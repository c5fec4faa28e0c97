#include "control/dispatcher.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "control/recollection.h"
#include "scheduling/round_care.h"

namespace propius {
namespace {

// However often devices fail, this many binds are reckoned for one report at most: 20.
constexpr double kLeastSuccess = 0.05;

std::uint32_t CompletedRounds(const JobBook& book, const Job& job) {
  std::uint32_t completed = 0;
  for (std::uint32_t number = 1; number <= job.round.value; ++number) {
    const Round* round = book.FindRound({job.id, {number}});
    if (round != nullptr && round->outcome == RoundOutcome::kCompleted) ++completed;
  }
  return completed;
}

KnownJob KnownOf(const Job& job) {
  return {.job = job.id,
          .tenant = job.tenant,
          .share = job.spec.share,
          .work = job.spec.work,
          .registered_at = job.time_stamp,
          .round_limit = job.spec.deadline,
          .demand = SlotsFor(job.spec.demand, job.spec.over_commit),
          .target = TargetFor(job.spec.demand, job.spec.min_reports),
          .rounds = job.total_round,
          .attained_service = job.attained_service,
          .total_demand = job.total_demand};
}

OpenRequest RequestOf(const Round& round, std::size_t known) {
  return {.job = round.terms.job,
          .round = round.terms.round,
          .known = static_cast<std::uint32_t>(known),
          .requested_at = round.requested_at,
          .deadline = round.terms.deadline,
          .demand = round.terms.slots,
          .remaining = round.terms.slots - round.live};
}

}  // namespace

Dispatcher::Dispatcher(Runtime& runtime, JobBook& book, const DeviceWindow& window, std::unique_ptr<Policy> policy)
    : runtime_(runtime), book_(book), window_(window), policy_(std::move(policy)) {
  for (const auto& [id, job] : book_.jobs()) {
    if (job.state != JobState::kFinished) Watch(job);
  }
  Recollect(book_, experience_, runtime_.Now());
}

void Dispatcher::Watch(const Job& job) {
  const auto fleet = [this](const std::function<void(const Attributes&, double)>& visit) {
    window_.ForEachProfile(
        [&](const Profile& profile) { visit(profile.attributes, static_cast<double>(profile.devices)); });
  };
  watched_.emplace(job.id, Watched{supply_.Watch(job.spec.needs, fleet), CompletedRounds(book_, job)});
}

void Dispatcher::JobRegistered(JobId job) {
  Watch(*book_.FindJob(job));
  Replan();
}

void Dispatcher::JobFinished(JobId job) {
  const auto watched = watched_.find(job);
  if (watched == watched_.end()) return;
  supply_.Unwatch(watched->second.predicate);
  watched_.erase(watched);
  experience_.JobFinished(job);
  Replan();
}

void Dispatcher::RoundOpened(const RoundKey& key) {
  const Round& round = *book_.FindRound(key);
  // An asynchronous job wants its places filled as long as it lasts.
  const std::uint32_t target = round.terms.sync ? round.terms.slots : round.terms.target;
  experience_.RoundOpened(key, round.terms.slots, target, round.terms.deadline, round.requested_at);
  Replan();
}

void Dispatcher::RoundClosed(const RoundKey& key) {
  // What the data plane says of a round that is closed already comes too late to learn from.
  if (experience_.Standing(key) != nullptr) {
    const bool completed = book_.FindRound(key)->outcome == RoundOutcome::kCompleted;
    experience_.RoundClosed(key, completed, runtime_.Now());
    const auto watched = watched_.find(key.job);
    if (completed && watched != watched_.end()) watched->second.rounds_done += 1;
  }
  Replan();
}

void Dispatcher::Bound(const Binding& binding, const DeviceSpeed& device) {
  const RoundKey& key = binding.round;
  experience_.Bound(key, binding.slot, TaskTime(book_.FindJob(key.job)->spec.work, device), binding.bound_at);
  if (!book_.FindRound(key)->open()) Replan();
}

void Dispatcher::Settled(const RoundKey& round, Slot slot, BindState state) {
  const Time now = runtime_.Now();
  if (state == BindState::kReported && !book_.FindRound(round)->terms.sync) {
    experience_.Reported(round, slot, now);
    return;
  }
  experience_.Lost(round, slot, now);
  Replan();
}

void Dispatcher::CheckedIn(const Profile& device) { supply_.Count(views_.Of(device, supply_).atom, runtime_.Now()); }

void Dispatcher::Refresh() {
  if (stale_ || epoch_ != supply_.epoch()) MakePlan();
}

const Plan& Dispatcher::plan() {
  Refresh();
  return matcher_.plan();
}

bool Dispatcher::Walk(DeviceId device, const Profile& profile, const std::function<bool(std::size_t)>& take) {
  // Locating a new profile may number the atoms anew.
  const ProfileViews::View& view = views_.Of(profile, supply_);
  Refresh();
  if (places_.empty()) return false;
  const Time now = runtime_.Now();
  if (!terms_.empty()) experience_.Advance(now);
  return matcher_.Match(
      {.atom = view.atom, .hash = HashOf(device), .speed = view.speed, .attributes = &profile.attributes}, now,
      runtime_.Chance(), take);
}

Status Dispatcher::MayBind(const RoundKey& key, const DeviceSpeed& device) {
  Refresh();
  const auto found = terms_.find(key.job);
  if (found == terms_.end()) return {};
  const JobTerms& terms = matcher_.plan().terms[found->second];
  const std::optional<Duration> task = TaskTime(book_.FindJob(key.job)->spec.work, device);
  const bool has_band = terms.fastest > 0us || terms.slowest != Duration::max();
  if (has_band && (!task || *task < terms.fastest || *task >= terms.slowest)) {
    return Fail(Code::kFailedPrecondition, Show(key) + ": expected a device of the speed that this round takes");
  }
  const RoundStanding* standing = experience_.Standing(key);
  if (!terms.care || standing == nullptr) return {};
  const Time now = runtime_.Now();
  experience_.Advance(now);
  if (MayTake(*terms.care, *standing, now, task)) return {};
  return Fail(Code::kResourceExhausted, Show(key) + ": expected a round that still needs this device");
}

std::uint32_t Dispatcher::PlacesLeft(const Place& place) const {
  const std::uint32_t open = place.round->open() ? place.round->terms.slots - place.round->live : 0;
  const auto found = terms_.find(place.key.job);
  if (found == terms_.end()) return open;
  const std::optional<RoundCare>& care = matcher_.plan().terms[found->second].care;
  const RoundStanding* standing = experience_.Standing(place.key);
  if (!care || !care->strict_need || standing == nullptr) return open;
  const double need = std::ceil(standing->Need() / std::max(care->success, kLeastSuccess));
  return static_cast<std::uint32_t>(std::clamp(need, 0.0, static_cast<double>(open)));
}

std::span<const Dispatcher::Place> Dispatcher::places() {
  Refresh();
  return places_;
}

void Dispatcher::MakePlan() {
  const Time now = runtime_.Now();
  supply_.Advance(now);
  experience_.Advance(now);
  std::vector<KnownJob> jobs;
  std::vector<OpenRequest> requests;
  jobs.reserve(watched_.size());
  requests.reserve(book_.open_jobs().size());
  places_.clear();
  for (const auto& [id, watched] : watched_) {
    const Job& job = *book_.FindJob(id);
    const Round* round = book_.CurrentRound(id);
    if (round != nullptr && round->open()) {
      requests.push_back(RequestOf(*round, jobs.size()));
      places_.push_back({round->terms.key(), round, &job});
    }
    KnownJob& known = jobs.emplace_back(KnownOf(job));
    known.predicate = watched.predicate;
    known.rounds_done = watched.rounds_done;
  }
  Plan plan = policy_->MakePlan(
      {.now = now, .jobs = jobs, .requests = requests, .census = window_, .supply = supply_, .experience = experience_},
      runtime_.Chance());
  matcher_.Load(std::move(plan), requests, jobs);
  terms_.clear();
  for (std::size_t i = 0; i < matcher_.plan().terms.size(); ++i) terms_.emplace(matcher_.plan().terms[i].job, i);
  stale_ = false;
  epoch_ = supply_.epoch();
  ++plans_made_;
  WriteScores(requests);
}

void Dispatcher::WriteScores(const std::vector<OpenRequest>& requests) {
  for (const JobId job : scored_) book_.SetScore(job, 0);
  scored_.clear();
  // From the last to the first: of several places of one job its best one stays.
  const Plan& plan = matcher_.plan();
  double score = 0;
  for (auto group = plan.groups.rbegin(); group != plan.groups.rend(); ++group) {
    for (auto job = group->order.rbegin(); job != group->order.rend(); ++job) {
      // A policy of somebody else may name a job that has no open request.
      if (!std::ranges::binary_search(requests, *job, {}, &OpenRequest::job)) continue;
      score += 1;
      book_.SetScore(*job, score);
      scored_.push_back(*job);
    }
  }
}

}  // namespace propius
