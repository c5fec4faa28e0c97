#include "replay/agenda.h"

#include <algorithm>
#include <limits>

namespace propius {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kLinger = 80;         // a device stays so much longer than the trace says
constexpr std::size_t kBatch = 4'096;  // sessions read at once

double SecondsOf(Time time) { return static_cast<double>(ToMicros(time)) / 1e6; }

Stay StayOf(const Session& session, double start) { return {start, SecondsOf(session.end) + kLinger, session.device}; }

}  // namespace

CalendarAgenda::CalendarAgenda(const SessionTrace& trace, double horizon)
    : horizon_(horizon), stream_(trace.Open()), sessions_(kBatch) {}

Happening CalendarAgenda::Next() const {
  const double turn = turns_.empty() ? kNever : turns_.top().at;
  const double next = std::min(std::min(assignments_.next(), finishes_.next()), turn);
  if (start_ < next) return start_ > horizon_ ? Happening::kEnd : Happening::kCheckIn;
  if (next > horizon_) return Happening::kEnd;
  if (next == assignments_.next()) return Happening::kAssignment;
  return next == finishes_.next() ? Happening::kFinish : Happening::kTurn;
}

Stay CalendarAgenda::TakeCheckIn() {
  const Stay stay = StayOf(sessions_[session_], start_);
  ++session_;
  ReadOn();
  return stay;
}

void CalendarAgenda::ReadOn() {
  if (session_ >= read_) {
    read_ = stream_->Read(sessions_);
    session_ = 0;
  }
  start_ = read_ == 0 ? kNever : SecondsOf(sessions_[session_].start);
}

Turn CalendarAgenda::TakeTurn() {
  const Turn turn = turns_.top();
  turns_.pop();
  return turn;
}

HeapqAgenda::HeapqAgenda(const SessionTrace& trace, double horizon) : horizon_(horizon) {
  const std::unique_ptr<SessionStream> stream = trace.Open();
  sessions_.resize(trace.size());
  sessions_.resize(stream->Read(sessions_));
  // What comes after the end is not in the authors' heap.
  while (!sessions_.empty() && SecondsOf(sessions_.back().start) > horizon_) sessions_.pop_back();
  for (std::uint32_t i = 0; i < sessions_.size(); ++i) Put(SecondsOf(sessions_[i].start), Happening::kCheckIn, i);
}

void HeapqAgenda::Begin() {
  Put(horizon_, Happening::kEnd, 0);
  heap_.Heapify();
  begun_ = true;
}

void HeapqAgenda::Put(double at, Happening kind, std::uint32_t place) {
  if (begun_) {
    heap_.Push({at, place, kind});
  } else {
    heap_.Append({at, place, kind});
  }
}

Happening HeapqAgenda::Next() {
  next_ = heap_.Pop();
  return next_.kind;
}

Stay HeapqAgenda::TakeCheckIn() const { return StayOf(sessions_[next_.place], next_.at); }

}  // namespace propius
