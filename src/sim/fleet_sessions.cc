#include "sim/fleet_sessions.h"

#include <algorithm>
#include <utility>

namespace propius {
namespace {

// A device stays so much longer than the trace says (venn.md 3.6, rule 1).
constexpr Duration kLinger = 80s;

}  // namespace

FleetSessions::FleetSessions(VirtualRuntime& world, FleetSite& site, FleetJobs& jobs, FleetKinds& kinds,
                             FleetTally& tally, const SessionRun& run)
    : world_(world),
      site_(site),
      jobs_(jobs),
      kinds_(kinds),
      tally_(tally),
      link_(world, run.network),
      asks_(run.polls + (run.matching.small_batch ? 1 : 0)),
      heartbeat_(run.lease / 2),
      supply_(kinds.kinds()) {}

FleetSessions::Place FleetSessions::Admit(const Session& session) {
  if (free_.empty()) {
    free_.push_back(static_cast<Place>(visits_.size()));
    visits_.emplace_back();
  }
  const Place place = free_.back();
  free_.pop_back();
  Visit& visit = visits_[place];
  visit.session = session;
  visit.leaves = session.end + kLinger;
  visit.asks = asks_;
  visit.attempt = 0;
  visit.counted.reset();
  return place;
}

void FleetSessions::Leave(Place place) { free_.push_back(place); }

void FleetSessions::CheckIn(const Session& session) {
  const Place place = Admit(session);
  tally_.CheckedIn();
  supply_.CheckedIn(kinds_.KindOf(session), session.start);
  present_ += visits_[place].leaves - session.start;
  link_.Call<Greeting>(
      [this, place](Done<Greeting> done) {
        const Visit& visit = visits_[place];
        site_.clients().CheckIn(IdOf(visit), kinds_.Stated(visit.session), {}, std::move(done));
      },
      [this, place](const Result<Greeting>& greeting) { Heard(place, greeting); });
}

void FleetSessions::Heard(Place place, const Result<Greeting>& greeting) {
  Visit& visit = visits_[place];
  // A device that is here twice at a time works once.
  if (!greeting || greeting->holding || world_.Now() >= visit.leaves) return Leave(place);
  const std::size_t kind = kinds_.KindOf(visit.session);
  const Offer* chosen = nullptr;
  for (const Offer& offer : greeting->offers) {
    const std::size_t job = jobs_.PlaceOf(offer.round.job);
    if (!kinds_.MeetsNeedsOf(kind, job)) tally_.OfferedInVain();
    if (chosen == nullptr && WouldTake(visit, jobs_.job(job))) chosen = &offer;
  }
  if (chosen != nullptr) return Accept(place, chosen->round);
  if (visit.asks == 0 || !greeting->offers.empty()) return Leave(place);
  --visit.asks;
  AskAgain(place, greeting->retry_after);
}

void FleetSessions::AskAgain(Place place, Duration after) {
  if (world_.Now() + after >= visits_[place].leaves) return Leave(place);
  world_.After(after, [this, place] {
    link_.Call<Greeting>(
        [this, place](Done<Greeting> done) { site_.clients().Ping(IdOf(visits_[place]), {}, std::move(done)); },
        [this, place](const Result<Greeting>& greeting) { Heard(place, greeting); });
  });
}

// A device knows when it will be gone, and judges by the mean device's time (venn.md 3.6, rule 4).
bool FleetSessions::WouldTake(const Visit& visit, const ArrivingJob& job) const {
  return world_.Now() + FromSeconds(job.workload + 2 * job.comm) <= visit.leaves;
}

void FleetSessions::Accept(Place place, const RoundKey& round) {
  Visit& visit = visits_[place];
  visit.round = round;
  ++visit.attempt;
  link_.Call<Bound>(
      [this, place](Done<Bound> done) {
        const Visit& asking = visits_[place];
        // One nonce per attempt of a device: sessions of it may follow each other within the time of a reply.
        const std::string nonce = std::to_string(ToMicros(asking.session.start)) + "." + std::to_string(asking.attempt);
        site_.clients().Accept(IdOf(asking), asking.round, nonce, std::move(done));
      },
      [this, place](const Result<Bound>& bound) { Accepted(place, bound); });
}

void FleetSessions::Accepted(Place place, const Result<Bound>& bound) {
  Visit& visit = visits_[place];
  const Time now = world_.Now();
  if (!bound) {
    if (visit.asks == 0) return Leave(place);
    --visit.asks;
    return AskAgain(place, 1s);
  }
  tally_.Bound({now, bound->round, bound->slot, IdOf(visit)});
  jobs_.Bound(bound->round);
  visit.ticket = bound->ticket;
  visit.bound_at = now;
  visit.done_at = now + kinds_.TaskOf(jobs_.job(jobs_.PlaceOf(bound->round.job)), visit.session);
  used_ += visit.leaves - visit.session.start;
  WorkOn(place);
}

// Until the task is done or the device is gone, and heard from within its lease.
void FleetSessions::WorkOn(Place place) {
  const Visit& visit = visits_[place];
  const Time until = std::min({visit.done_at, visit.leaves, world_.Now() + heartbeat_});
  world_.At(until, [this, place] { Work(place); });
}

void FleetSessions::Work(Place place) {
  const Visit& visit = visits_[place];
  const Time now = world_.Now();
  if (now >= visit.done_at) return Upload(place);
  // Gone without a word: the lease will tell.
  if (now >= visit.leaves) return Stop(place);
  KeepLease(place);
}

void FleetSessions::KeepLease(Place place) {
  link_.Call<Greeting>(
      [this, place](Done<Greeting> done) { site_.clients().Ping(IdOf(visits_[place]), {}, std::move(done)); },
      [this, place](const Result<Greeting>& greeting) {
        const Visit& visit = visits_[place];
        const bool holds = greeting && greeting->holding && greeting->holding->round == visit.round;
        if (!holds) return Stop(place);  // the round is over, or the place lost
        WorkOn(place);
      });
}

void FleetSessions::Upload(Place place) {
  link_.Call<bool>(
      [this, place](const Done<bool>& done) {
        Visit& visit = visits_[place];
        // An update that comes again is known by its slot.
        if (!visit.counted) visit.counted = jobs_.Deliver(visit.round);
        done(*visit.counted);
      },
      [this, place](const Result<bool>&) { Tell(place); });
}

void FleetSessions::Tell(Place place) {
  link_.Call<Greeting>(
      [this, place](Done<Greeting> done) {
        const Visit& visit = visits_[place];
        const TaskOutcome outcome = *visit.counted ? TaskOutcome::kCommitted : TaskOutcome::kLate;
        site_.clients().Ping(IdOf(visit), {TaskReport{visit.ticket, outcome}}, std::move(done));
      },
      [this, place](const Result<Greeting>&) { Stop(place); });
}

void FleetSessions::Stop(Place place) {
  Visit& visit = visits_[place];
  busy_ += std::min({world_.Now(), visit.done_at, visit.leaves}) - visit.bound_at;
  visit.ticket.clear();
  Leave(place);
}

void FleetSessions::Report(RunRecord& record) const {
  record.utilization = used_ > 0us ? Seconds(busy_) / Seconds(used_) : 0;
  record.utilization_of_all = present_ > 0us ? Seconds(busy_) / Seconds(present_) : 0;
  record.supply_by_hour = supply_.Means(
      kinds_.predicates(), [this](std::size_t kind, std::size_t predicate) { return kinds_.Meets(kind, predicate); });
}

}  // namespace propius
