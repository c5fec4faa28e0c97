// The event loop of the released rules (venn.md 3.6). Times are seconds, in doubles and added in the authors' order, so
// that results can be equal to the last bit.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "base/rng.h"
#include "replay/calendar.h"
#include "replay/kinds.h"
#include "replay/replay.h"
#include "replay/round_book.h"
#include "replay/scheduler.h"
#include "replay/tally.h"

namespace propius {

class ReplayEngine {
 public:
  // All outlive it.
  ReplayEngine(const Workload& workload, const ReplayOptions& options, const Kinds& kinds, ReplayScheduler& scheduler);

  // False if `watch` gave it up.
  bool Run(const WatchReplay& watch);
  void Report(RunRecord& record) const;

 private:
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
  enum class TurnKind : std::uint8_t { kArrival, kRequest, kDeadline };
  struct Turn {
    double at = 0;
    JobPlace job = 0;
    TurnKind kind = TurnKind::kArrival;

    friend bool operator>(const Turn& a, const Turn& b) { return a.at > b.at; }
  };

  double NextSession();
  double NextEvent() const;
  void OnCheckIn();
  void OnAssignment();
  void OnFinish();
  void OnTurn();
  void Open(JobPlace job, double now);
  void Close(JobPlace job, double now);
  bool Watched(const WatchReplay& watch, double now) const;

  const Workload& workload_;
  const Kinds& kinds_;
  ReplayScheduler& scheduler_;
  double horizon_;
  double delay_;  // below 0: drawn
  Rng chance_;
  ReplayTally tally_;

  std::unique_ptr<SessionStream> stream_;
  std::vector<Session> sessions_;
  std::size_t session_ = 0;
  std::size_t sessions_read_ = 0;
  double session_start_ = 0;

  std::vector<RoundBook> books_;  // by job
  std::size_t unfinished_ = 0;
  Calendar<Assignment> assignments_;
  Calendar<Finish> finishes_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
};

}  // namespace propius
