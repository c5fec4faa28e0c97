// The event loop of the released rules (venn.md 3.6). Times are seconds, in doubles and added in the authors' order, so
// that results can be equal to the last bit.
#pragma once

#include <cstdint>
#include <vector>

#include "base/rng.h"
#include "replay/agenda.h"
#include "replay/kinds.h"
#include "replay/replay.h"
#include "replay/round_book.h"
#include "replay/scheduler.h"
#include "replay/tally.h"

namespace propius {

// `Agenda` is CalendarAgenda or HeapqAgenda.
template <typename Agenda>
class ReplayEngine {
 public:
  // All outlive it.
  ReplayEngine(const Workload& workload, const ReplayOptions& options, const Kinds& kinds, ReplayScheduler& scheduler);

  // False if `watch` gave it up.
  bool Run(const WatchReplay& watch);
  void Report(RunRecord& record) const;

 private:
  void OnCheckIn(const Stay& stay);
  void OnAssignment(Assignment taken);
  void OnFinish(const Finish& finish);
  void OnTurn(const Turn& turn);
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

  std::vector<RoundBook> books_;  // by job
  std::size_t unfinished_ = 0;
  Agenda agenda_;
};

extern template class ReplayEngine<CalendarAgenda>;
extern template class ReplayEngine<HeapqAgenda>;

}  // namespace propius
