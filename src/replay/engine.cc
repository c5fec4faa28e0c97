#include "replay/engine.h"

#include <algorithm>
#include <limits>

namespace propius {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kLinger = 80;         // a device stays so much longer than the trace says
constexpr double kAfterOpening = 0.1;  // from the opening of a round to its request
constexpr double kMostDelay = 2;       // of an assignment after its offer, where the delay is drawn
constexpr std::size_t kBatch = 4'096;  // sessions read at once

double SecondsOf(Time time) { return static_cast<double>(ToMicros(time)) / 1e6; }

}  // namespace

ReplayEngine::ReplayEngine(const Workload& workload, const ReplayOptions& options, const Kinds& kinds,
                           ReplayScheduler& scheduler)
    : workload_(workload),
      kinds_(kinds),
      scheduler_(scheduler),
      horizon_(Seconds(options.until.value_or(workload.sessions->horizon()))),
      delay_(options.dispatch_delay ? Seconds(*options.dispatch_delay) : -1),
      chance_(options.seed),
      tally_(kinds),
      stream_(workload.sessions->Open()),
      sessions_(kBatch),
      assignments_(0.25, 64),
      finishes_(1, 1'024) {
  books_.reserve(workload.jobs.size());
  for (const ArrivingJob& job : workload.jobs) books_.emplace_back(job, options.strict);
}

bool ReplayEngine::Run(const WatchReplay& watch) {
  unfinished_ = books_.size();
  for (JobPlace job = 0; job < books_.size(); ++job) {
    turns_.push({workload_.jobs[job].arrives_s, job, TurnKind::kArrival});
  }
  const std::uint64_t step = std::max<std::uint64_t>(workload_.sessions->size() / 200, 1);
  std::uint64_t next_look = step;
  session_start_ = NextSession();
  while (unfinished_ > 0) {
    const double next = NextEvent();
    // Of equal times the check-in comes last: the devices before it have answered.
    if (session_start_ < next) {
      if (session_start_ > horizon_ || session_start_ == kNever) break;
      OnCheckIn();
      session_start_ = NextSession();
      if (tally_.checkins() >= next_look) {
        next_look += step;
        if (!Watched(watch, session_start_)) return false;
      }
    } else if (next > horizon_) {
      break;
    } else if (next == assignments_.next()) {
      OnAssignment();
    } else if (next == finishes_.next()) {
      OnFinish();
    } else {
      OnTurn();
    }
  }
  return true;
}

// The start of the session that comes next.
double ReplayEngine::NextSession() {
  ++session_;
  if (session_ >= sessions_read_) {
    sessions_read_ = stream_->Read(sessions_);
    session_ = 0;
    if (sessions_read_ == 0) return kNever;
  }
  return SecondsOf(sessions_[session_].start);
}

double ReplayEngine::NextEvent() const {
  const double turn = turns_.empty() ? kNever : turns_.top().at;
  return std::min(std::min(assignments_.next(), finishes_.next()), turn);
}

void ReplayEngine::OnCheckIn() {
  const Session& session = sessions_[session_];
  const CheckIn device{session_start_, kinds_.kind_of[session.device % kinds_.kind_of.size()], session.device};
  const double end = SecondsOf(session.end) + kLinger;
  const double stay = end - device.now;
  tally_.CheckedIn(device.kind, device.now, stay);
  const ReplayOffer offer = scheduler_.Pick(device);
  if (offer.job == kNoJob) return;
  tally_.Offered(device.kind, kinds_.predicate_of_job[offer.job]);
  const double delay = delay_ >= 0 ? delay_ : chance_.Uniform(0, kMostDelay);
  assignments_.Add({device.now + delay, end, stay, offer, device});
}

void ReplayEngine::OnAssignment() {
  Assignment taken = assignments_.Take();
  const ArrivingJob& job = workload_.jobs[taken.offer.job];
  // The device judges by the mean device's time, not by its own.
  if (taken.at + (job.workload + job.comm * 2) > taken.end) {
    scheduler_.Declined(taken.offer, taken.at);
    return;
  }
  RoundBook& book = books_[taken.offer.job];
  book.Dispatch(taken.at);
  const Fleet::Capacity& capacity = workload_.fleet.capacities[taken.device.device % workload_.fleet.capacities.size()];
  const double compute = job.workload * (capacity.ms / kMeanMs);
  const double transfer = job.comm / (capacity.kbps / kMeanKbps) * 2;
  const double done = taken.at + (compute + transfer);
  tally_.Bound(taken.offer.job, book.round(), taken.device.device, taken.at, taken.stay,
               std::min(done, taken.end) - taken.at);
  scheduler_.Bound(taken.offer, taken.device, taken.at);
  if (done <= taken.end) finishes_.Add({done, taken.offer, book.round()});
}

void ReplayEngine::OnFinish() {
  const Finish finish = finishes_.Take();
  RoundBook& book = books_[finish.offer.job];
  if (finish.round != book.round() || book.finished()) return;
  scheduler_.Reported(finish.offer, finish.at);
  if (book.Receive(finish.at)) Close(finish.offer.job, finish.at);
}

void ReplayEngine::OnTurn() {
  const Turn turn = turns_.top();
  turns_.pop();
  switch (turn.kind) {
    case TurnKind::kArrival:
      Open(turn.job, turn.at);
      break;
    case TurnKind::kRequest:
      scheduler_.Request(turn.job, turn.at);
      break;
    case TurnKind::kDeadline:
      // A round that ended early left its deadline behind.
      if (books_[turn.job].closes_at() == turn.at) Close(turn.job, turn.at);
      break;
  }
}

void ReplayEngine::Open(JobPlace job, double now) {
  books_[job].Open(now);
  scheduler_.Opened(job, now);
  turns_.push({now + kAfterOpening, job, TurnKind::kRequest});
  turns_.push({books_[job].closes_at(), job, TurnKind::kDeadline});
}

void ReplayEngine::Close(JobPlace job, double now) {
  RoundBook& book = books_[job];
  const bool good = book.Close(now);
  scheduler_.Closed(job, good, book.finished(), now);
  if (book.finished()) {
    --unfinished_;
  } else {
    Open(job, now);
  }
}

bool ReplayEngine::Watched(const WatchReplay& watch, double now) const {
  if (!watch) return true;
  return watch({tally_.checkins(), workload_.sessions->size(), std::min(now, horizon_), books_.size() - unfinished_});
}

void ReplayEngine::Report(RunRecord& record) const {
  tally_.Report(record);
  double first_arrival = kNever;
  double waiting = 0;
  double queue_delay = 0;
  std::uint64_t good_rounds = 0;
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
    good_rounds += book.done();
  }
  std::ranges::sort(record.jobs, {}, &JobRecord::id);
  record.avg_queue_delay_s = good_rounds > 0 ? queue_delay / static_cast<double>(good_rounds) : 0;
  const double end = unfinished_ > 0 ? horizon_ : record.makespan_s;
  const auto bindings = static_cast<double>(record.bindings);
  record.bindings_per_second = end > first_arrival ? bindings / (end - first_arrival) : 0;
  record.bindings_per_waiting_second = waiting > 0 ? bindings / waiting : 0;
}

}  // namespace propius
