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
  for (std::uint32_t i = 0; i < sessions_.size(); ++i) {
    Put(SecondsOf(sessions_[i].start), NameOf(Happening::kCheckIn, i));
  }
}

void HeapqAgenda::Begin() {
  Put(horizon_, NameOf(Happening::kCheckIn, EndPlace()));
  heap_.Heapify();
  begun_ = true;
}

void HeapqAgenda::Put(double at, std::uint32_t name) {
  if (begun_) {
    heap_.Push(at, name);
  } else {
    heap_.Append(at, name);
  }
}

double HeapqAgenda::TimeOf(std::uint32_t name) const {
  const std::uint32_t place = PlaceOf(name);
  switch (KindOf(name)) {
    case Happening::kAssignment:
      return assignments_.At(place);
    case Happening::kFinish:
      return finishes_.At(place);
    case Happening::kTurn:
      return turns_.At(place);
    case Happening::kCheckIn:
    case Happening::kEnd:
      break;
  }
  return place == EndPlace() ? horizon_ : SecondsOf(sessions_[place].start);
}

Happening HeapqAgenda::Next() {
  const std::uint32_t name = heap_.Pop();
  next_ = PlaceOf(name);
  return next_ == EndPlace() && KindOf(name) == Happening::kCheckIn ? Happening::kEnd : KindOf(name);
}

Stay HeapqAgenda::TakeCheckIn() const { return StayOf(sessions_[next_], SecondsOf(sessions_[next_].start)); }

}  // namespace propius
