// What happens in a replay, and in which order: the two agendas that the event loop runs on. Times are seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "replay/calendar.h"
#include "replay/heapq.h"
#include "replay/scheduler.h"
#include "workload/workload.h"

namespace propius {

enum class Happening : std::uint8_t { kCheckIn, kAssignment, kFinish, kTurn, kEnd };

struct Stay {
  double start = 0;
  double end = 0;
  std::uint64_t device = 0;
};

struct Assignment {
  double at = 0;
  double end = 0;
  double stay = 0;
  ReplayOffer offer;
  CheckIn device;
};

struct Finish {
  double at = 0;
  ReplayOffer offer;
  std::uint32_t round = 0;
};

// Of a job: it arrives, it asks for the devices of a round, a round of it ends.
enum class TurnKind : std::uint8_t { kArrival, kRequest, kClose };
struct Turn {
  double at = 0;
  JobPlace job = 0;
  TurnKind kind = TurnKind::kArrival;

  friend bool operator>(const Turn& a, const Turn& b) { return a.at > b.at; }
};

// Reads the trace as it goes and costs the same however long that is. Of equal times the check-in comes last: the
// devices before it have answered.
class CalendarAgenda {
 public:
  static constexpr bool kOpensAhead = false;

  CalendarAgenda(const SessionTrace& trace, double horizon);

  void Add(const Assignment& assignment) { assignments_.Add(assignment); }
  void Add(const Finish& finish) { finishes_.Add(finish); }
  void Add(const Turn& turn) { turns_.push(turn); }
  void Begin() { ReadOn(); }

  // What is next; the one Take that goes with it must follow.
  Happening Next() const;
  Stay TakeCheckIn();
  Assignment TakeAssignment() { return assignments_.Take(); }
  Finish TakeFinish() { return finishes_.Take(); }
  Turn TakeTurn();

 private:
  void ReadOn();

  double horizon_;
  std::unique_ptr<SessionStream> stream_;
  std::vector<Session> sessions_;
  std::size_t session_ = 0;
  std::size_t read_ = 0;
  double start_ = 0;  // of the next session
  Calendar<Assignment> assignments_{0.25, 64};
  Calendar<Finish> finishes_{1, 1'024};
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
};

// The authors' own: one heap of Python's heapq with every check-in in it from the start. It compares times alone, so
// among equal ones its layout decides, and with it who gets the last device of a round. Slower, and all in memory.
class HeapqAgenda {
 public:
  static constexpr bool kOpensAhead = true;  // a job's first request lies in the heap from the start, too
  static constexpr std::uint64_t kMostSessions = 4'000'000;

  HeapqAgenda(const SessionTrace& trace, double horizon);
  HeapqAgenda(const HeapqAgenda&) = delete;
  HeapqAgenda& operator=(const HeapqAgenda&) = delete;

  void Add(const Assignment& assignment) {
    Put(assignment.at, NameOf(Happening::kAssignment, assignments_.Keep(assignment)));
  }
  void Add(const Finish& finish) { Put(finish.at, NameOf(Happening::kFinish, finishes_.Keep(finish))); }
  void Add(const Turn& turn) { Put(turn.at, NameOf(Happening::kTurn, turns_.Keep(turn))); }
  // What was added until now is made a heap, with the end as its last.
  void Begin();

  Happening Next();
  Stay TakeCheckIn() const;
  Assignment TakeAssignment() { return assignments_.Release(next_); }
  Finish TakeFinish() { return finishes_.Release(next_); }
  Turn TakeTurn() { return turns_.Release(next_); }

 private:
  // Events of one kind while they wait.
  template <typename Event>
  class Shelf {
   public:
    std::uint32_t Keep(const Event& event) {
      if (free_.empty()) {
        events_.push_back(event);
        return static_cast<std::uint32_t>(events_.size() - 1);
      }
      const std::uint32_t place = free_.back();
      free_.pop_back();
      events_[place] = event;
      return place;
    }
    Event Release(std::uint32_t place) {
      free_.push_back(place);
      return events_[place];
    }
    double At(std::uint32_t place) const { return events_[place].at; }

   private:
    std::vector<Event> events_;
    std::vector<std::uint32_t> free_;
  };

  // In the heap an event is named by its kind and its place in the list of that kind; the end is one more check-in.
  static constexpr unsigned kPlaceBits = 22;
  static_assert(kMostSessions < 1U << kPlaceBits);
  static std::uint32_t NameOf(Happening kind, std::uint32_t place) {
    return (static_cast<std::uint32_t>(kind) << kPlaceBits) | place;
  }
  static Happening KindOf(std::uint32_t name) { return static_cast<Happening>(name >> kPlaceBits); }
  static std::uint32_t PlaceOf(std::uint32_t name) { return name & ((1U << kPlaceBits) - 1); }
  std::uint32_t EndPlace() const { return static_cast<std::uint32_t>(sessions_.size()); }
  struct Earlier {
    const HeapqAgenda* agenda;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return agenda->TimeOf(a) < agenda->TimeOf(b); }
  };
  static_assert(static_cast<unsigned>(Happening::kTurn) < 1U << (Heapq<Earlier>::kNameBits - kPlaceBits));

  double TimeOf(std::uint32_t name) const;
  void Put(double at, std::uint32_t name);

  double horizon_;
  bool begun_ = false;
  std::vector<Session> sessions_;
  Heapq<Earlier> heap_{Earlier{this}};
  Shelf<Assignment> assignments_;
  Shelf<Finish> finishes_;
  Shelf<Turn> turns_;
  std::uint32_t next_ = 0;  // the place of what is taken next
};

}  // namespace propius
