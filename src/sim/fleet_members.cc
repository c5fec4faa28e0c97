#include "sim/fleet_members.h"

#include <utility>

namespace propius {
namespace {

// The authors' clients (propius.md 3.1).
constexpr Duration kPoll = 2s;
constexpr std::uint32_t kPolls = 5;
constexpr Duration kSleep = 20s;   // after so many polls, or where a job does not suit
constexpr Duration kBetween = 3s;  // steps of a task, and after a refusal
constexpr double kOverDispatchers = 3;

// Draws of the devices must not depend on those of the policy.
constexpr std::uint64_t kOwnDraws = 0x5ca1'ab1e;

}  // namespace

FleetMembers::FleetMembers(VirtualRuntime& world, FleetSite& site, FleetJobs& jobs,
                           const std::vector<FleetMember>& members, FleetTally& tally, Choice choice,
                           const PropiusFigureRun& run)
    : world_(world),
      site_(site),
      jobs_(jobs),
      members_(members),
      tally_(tally),
      choice_(choice),
      in_batches_(run.matching.small_batch),
      link_(world, run.network),
      chance_(run.seed ^ kOwnDraws),
      states_(members.size()) {
  suits_.reserve(members_.size());
  for (const FleetMember& member : members_) {
    std::array<bool, kPropiusJobs>& suits = suits_.emplace_back();
    for (std::size_t job = 0; job < kPropiusJobs; ++job) {
      const JobSpec& spec = jobs_.job(job).spec;
      suits.at(job) = spec.needs.Admits(member.shared) && spec.private_needs.Admits(member.kept);
    }
  }
  if (choice_ == Choice::kFixed) FixJobs();
}

// From the hardest job to the easiest, the first that suits and has room; else any that suits.
void FleetMembers::FixJobs() {
  std::array<std::uint32_t, kPropiusJobs> room{};
  for (std::size_t job = 0; job < kPropiusJobs; ++job) {
    const JobSpec& spec = jobs_.job(job).spec;
    room.at(job) = SlotsFor(spec.demand, spec.over_commit);
  }
  for (Place place = 0; place < members_.size(); ++place) {
    std::vector<std::size_t> suiting;
    for (std::size_t job = kPropiusJobs; job-- > 0;) {
      if (!Suits(place, job)) continue;
      suiting.push_back(job);
      if (room.at(job) == 0) continue;
      --room.at(job);
      states_[place].job = job;
      break;
    }
    if (states_[place].job == kPropiusJobs && !suiting.empty()) {
      states_[place].job = suiting[chance_.Below(suiting.size())];
    }
  }
}

void FleetMembers::After(Duration delay, Place place, void (FleetMembers::*step)(Place)) {
  world_.After(delay, [this, place, step] { (this->*step)(place); });
}

void FleetMembers::Start() {
  jobs_.OnTurn([this](std::size_t job) { Turn(job); });
  for (Place place = 0; place < members_.size(); ++place) {
    // Who was given no job for good has nothing to ask for.
    if (choice_ == Choice::kFixed && states_[place].job == kPropiusJobs) continue;
    After(FromSeconds(chance_.Uniform(0, Seconds(kPoll))), place, &FleetMembers::Ask);
  }
}

void FleetMembers::Ask(Place place) {
  if (jobs_.unfinished() == 0) return;
  tally_.CheckedIn();
  link_.Call<Greeting>(
      [this, place](Done<Greeting> done) {
        site_.clients().CheckIn(IdOf(place), members_[place].shared, {}, std::move(done));
      },
      [this, place](const Result<Greeting>& greeting) { Heard(place, greeting); });
}

void FleetMembers::Heard(Place place, const Result<Greeting>& greeting) {
  if (!greeting) return Refused(place, kPoll);
  if (choice_ != Choice::kOffered) return Choose(place);
  const Offer* chosen = nullptr;
  for (const Offer& offer : greeting->offers) {
    const JobSpec& spec = jobs_.job(jobs_.PlaceOf(offer.round.job)).spec;
    if (!spec.needs.Admits(members_[place].shared)) tally_.OfferedInVain();
    if (chosen == nullptr && offer.private_needs.Admits(members_[place].kept)) chosen = &offer;
  }
  if (chosen != nullptr) return Accept(place, chosen->round);
  Refused(place, in_batches_ ? greeting->retry_after : kPoll);
}

void FleetMembers::Choose(Place place) {
  const std::size_t job = choice_ == Choice::kFixed ? states_[place].job : chance_.Below(kPropiusJobs);
  if (!Suits(place, job)) return After(kSleep, place, &FleetMembers::Ask);
  const FleetRound& round = jobs_.round(job);
  if (!round.IsOpen(round.key()) || round.has_begun()) return After(kBetween, place, &FleetMembers::Ask);
  Accept(place, round.key());
}

void FleetMembers::Refused(Place place, Duration retry) {
  State& state = states_[place];
  const bool tires = ++state.asks > kPolls;
  if (tires) state.asks = 0;
  After(tires ? kSleep : retry, place, &FleetMembers::Ask);
}

void FleetMembers::Accept(Place place, const RoundKey& round) {
  State& state = states_[place];
  state.round = round;
  ++state.attempt;
  link_.Call<Bound>(
      [this, place](Done<Bound> done) {
        const State& asking = states_[place];
        site_.clients().Accept(IdOf(place), asking.round, std::to_string(asking.attempt), std::move(done));
      },
      [this, place](const Result<Bound>& bound) { Accepted(place, bound); });
}

void FleetMembers::Accepted(Place place, const Result<Bound>& bound) {
  if (!bound) {
    if (choice_ == Choice::kOffered) return Refused(place, kPoll);
    return After(kBetween, place, &FleetMembers::Ask);
  }
  State& state = states_[place];
  state.asks = 0;
  state.ticket = bound->ticket;
  state.was_delivered = false;
  tally_.Bound({world_.Now(), bound->round, bound->slot, IdOf(place)});
  const std::size_t job = jobs_.PlaceOf(bound->round.job);
  waiting_.at(job).push_back(place);
  jobs_.Bound(bound->round);
  // The round may have begun, or ended, before this device came.
  const FleetRound& round = jobs_.round(job);
  if (!round.IsOpen(bound->round) || round.has_begun()) Turn(job);
}

void FleetMembers::Turn(std::size_t job) {
  const FleetRound& round = jobs_.round(job);
  for (const Place place : std::exchange(waiting_.at(job), {})) {
    if (round.IsOpen(states_[place].round)) {
      After(kBetween, place, &FleetMembers::Work);
    } else {
      After(kBetween, place, &FleetMembers::Ask);
    }
  }
}

// Plan down, training and update up, with a pause between.
void FleetMembers::Work(Place place) {
  State& state = states_[place];
  const TaskWork& work = jobs_.job(jobs_.PlaceOf(state.round.job)).spec.work;
  const Duration task = TaskTime(work, DeviceSpeed::Of(members_[place].shared)).value_or(0us);
  state.busy += task;
  After(task + 2 * kBetween, place, &FleetMembers::Upload);
}

void FleetMembers::Upload(Place place) {
  link_.Call<bool>(
      [this, place](const Done<bool>& done) {
        State& state = states_[place];
        // An update that comes again is known by its slot.
        if (!state.was_delivered) state.is_counted = jobs_.Deliver(state.round);
        state.was_delivered = true;
        done(state.is_counted);
      },
      [this, place](const Result<bool>&) { Tell(place); });
}

void FleetMembers::Tell(Place place) {
  link_.Call<Greeting>(
      [this, place](Done<Greeting> done) {
        const State& state = states_[place];
        const TaskOutcome outcome = state.is_counted ? TaskOutcome::kCommitted : TaskOutcome::kLate;
        site_.clients().Ping(IdOf(place), {TaskReport{state.ticket, outcome}}, std::move(done));
      },
      [this, place](const Result<Greeting>&) { After(kBetween, place, &FleetMembers::Ask); });
}

void FleetMembers::Report(RunRecord& record, Time end) const {
  const double span = Seconds(end.time_since_epoch());
  double busy = 0;
  std::size_t used = 0;
  for (const State& state : states_) {
    busy += Seconds(state.busy);
    used += state.busy > 0us ? 1 : 0;
  }
  if (span <= 0 || used == 0) return;
  record.utilization = busy / span / static_cast<double>(used);
  record.utilization_of_all = busy / span / static_cast<double>(states_.size());
}

}  // namespace propius
