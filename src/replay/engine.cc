#include "replay/engine.h"

#include <algorithm>
#include <limits>

namespace propius {
namespace {

constexpr double kAfterOpening = 0.1;  // from the opening of a round to its request
constexpr double kMostDelay = 2;       // of an assignment after its offer, where the delay is drawn

// A list of devices that is shorter than the trace's begins anew.
template <typename Item>
const Item& Wrapped(const std::vector<Item>& list, std::uint64_t place) {
  return list[place < list.size() ? place : place % list.size()];
}

}  // namespace

template <typename Agenda>
ReplayEngine<Agenda>::ReplayEngine(const Workload& workload, const ReplayOptions& options, const Kinds& kinds,
                                   ReplayScheduler& scheduler)
    : workload_(workload),
      kinds_(kinds),
      scheduler_(scheduler),
      horizon_(Seconds(options.until.value_or(workload.sessions->horizon()))),
      delay_(options.dispatch_delay ? Seconds(*options.dispatch_delay) : -1),
      chance_(options.seed),
      tally_(kinds),
      agenda_(*workload.sessions, horizon_) {
  books_.reserve(workload.jobs.size());
  for (const ArrivingJob& job : workload.jobs) books_.emplace_back(job, options.strict);
}

template <typename Agenda>
bool ReplayEngine<Agenda>::Run(const WatchReplay& watch) {
  unfinished_ = books_.size();
  for (JobPlace job = 0; job < books_.size(); ++job) {
    const double arrives = workload_.jobs[job].arrives_s;
    if (Agenda::kOpensAhead) {
      Open(job, arrives);
    } else {
      agenda_.Add(Turn{arrives, job, TurnKind::kArrival});
    }
  }
  agenda_.Begin();
  const std::uint64_t step = std::max<std::uint64_t>(workload_.sessions->size() / 200, 1);
  std::uint64_t next_look = step;
  while (unfinished_ > 0) {
    switch (agenda_.Next()) {
      case Happening::kCheckIn: {
        const Stay stay = agenda_.TakeCheckIn();
        OnCheckIn(stay);
        if (tally_.checkins() < next_look) break;
        next_look += step;
        if (!Watched(watch, stay.start)) return false;
        break;
      }
      case Happening::kAssignment:
        OnAssignment(agenda_.TakeAssignment());
        break;
      case Happening::kFinish:
        OnFinish(agenda_.TakeFinish());
        break;
      case Happening::kTurn:
        OnTurn(agenda_.TakeTurn());
        break;
      case Happening::kEnd:
        return true;
    }
  }
  return true;
}

template <typename Agenda>
void ReplayEngine<Agenda>::OnCheckIn(const Stay& session) {
  const CheckIn device{session.start, Wrapped(kinds_.kind_of, session.device), session.device};
  const double stay = session.end - device.now;
  tally_.CheckedIn(device.kind, device.now, stay);
  const ReplayOffer offer = scheduler_.Pick(device);
  if (offer.job == kNoJob) return;
  tally_.Offered(device.kind, kinds_.predicate_of_job[offer.job]);
  const double delay = delay_ >= 0 ? delay_ : chance_.Uniform(0, kMostDelay);
  agenda_.Add(Assignment{device.now + delay, session.end, stay, offer, device});
}

template <typename Agenda>
void ReplayEngine<Agenda>::OnAssignment(Assignment taken) {
  const ArrivingJob& job = workload_.jobs[taken.offer.job];
  // The device judges by the mean device's time, not by its own.
  if (taken.at + (job.workload + job.comm * 2) > taken.end) {
    scheduler_.Declined(taken.offer, taken.at);
    return;
  }
  RoundBook& book = books_[taken.offer.job];
  book.Dispatch(taken.at);
  const Fleet::Capacity& capacity = Wrapped(workload_.fleet.capacities, taken.device.device);
  const double compute = job.workload * (capacity.ms / kMeanMs);
  const double transfer = job.comm / (capacity.kbps / kMeanKbps) * 2;
  const double done = taken.at + (compute + transfer);
  tally_.Bound(taken.offer.job, book.round(), taken.device.device, taken.at, taken.stay,
               std::min(done, taken.end) - taken.at);
  scheduler_.Bound(taken.offer, taken.device, taken.at);
  if (done <= taken.end) agenda_.Add(Finish{done, taken.offer, book.round()});
}

template <typename Agenda>
void ReplayEngine<Agenda>::OnFinish(const Finish& finish) {
  RoundBook& book = books_[finish.offer.job];
  if (finish.round != book.round() || book.finished()) return;
  scheduler_.Reported(finish.offer, finish.at);
  if (book.Receive(finish.at)) agenda_.Add(Turn{finish.at, finish.offer.job, TurnKind::kClose});
}

template <typename Agenda>
void ReplayEngine<Agenda>::OnTurn(const Turn& turn) {
  switch (turn.kind) {
    case TurnKind::kArrival:
      Open(turn.job, turn.at);
      break;
    case TurnKind::kRequest:
      scheduler_.Request(turn.job, turn.at);
      break;
    case TurnKind::kClose:
      // A round that ended early left its deadline behind.
      if (books_[turn.job].closes_at() == turn.at) Close(turn.job, turn.at);
      break;
  }
}

template <typename Agenda>
void ReplayEngine<Agenda>::Open(JobPlace job, double now) {
  books_[job].Open(now);
  scheduler_.Opened(job, now);
  agenda_.Add(Turn{now + kAfterOpening, job, TurnKind::kRequest});
  agenda_.Add(Turn{books_[job].closes_at(), job, TurnKind::kClose});
}

template <typename Agenda>
void ReplayEngine<Agenda>::Close(JobPlace job, double now) {
  RoundBook& book = books_[job];
  const bool good = book.Close(now);
  scheduler_.Closed(job, good, book.finished(), now);
  if (book.finished()) {
    --unfinished_;
  } else {
    Open(job, now);
  }
}

template <typename Agenda>
bool ReplayEngine<Agenda>::Watched(const WatchReplay& watch, double now) const {
  if (!watch) return true;
  return watch({tally_.checkins(), workload_.sessions->size(), std::min(now, horizon_), books_.size() - unfinished_});
}

template <typename Agenda>
void ReplayEngine<Agenda>::Report(RunRecord& record) const {
  tally_.Report(record);
  double first_arrival = std::numeric_limits<double>::infinity();
  double waiting = 0;
  double queue_delay = 0;
  std::uint64_t queued = 0;
  for (std::size_t i = 0; i < books_.size(); ++i) {
    const ArrivingJob& job = workload_.jobs[i];
    const RoundBook& book = books_[i];
    record.jobs.push_back({.id = job.id,
                           .start_s = job.arrives_s,
                           .finish_s = book.finish(),
                           .rounds = book.done(),
                           .aborts = book.aborts(),
                           .demand = job.spec.demand,
                           .requirement = job.requirement,
                           .scheduling_s = book.scheduling(),
                           .collecting_s = book.collecting()});
    record.makespan_s = std::max(record.makespan_s, book.finish());
    first_arrival = std::min(first_arrival, job.arrives_s);
    waiting += book.scheduling();
    queue_delay += book.queue_delay();
    queued += book.queued();
  }
  std::ranges::sort(record.jobs, {}, &JobRecord::id);
  record.avg_queue_delay_s = queued > 0 ? queue_delay / static_cast<double>(queued) : 0;
  const double end = unfinished_ > 0 ? horizon_ : record.makespan_s;
  const auto bindings = static_cast<double>(record.bindings);
  record.bindings_per_second = end > first_arrival ? bindings / (end - first_arrival) : 0;
  record.bindings_per_waiting_second = waiting > 0 ? bindings / waiting : 0;
}

template class ReplayEngine<CalendarAgenda>;
template class ReplayEngine<HeapqAgenda>;

}  // namespace propius
