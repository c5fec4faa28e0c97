// What the event loop asks of a scheduler: the four calls of the authors' simulator (venn.md 6), and what production
// learns beside them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "replay/kinds.h"

namespace propius {

// A job by its place in the workload's list.
using JobPlace = std::uint32_t;
constexpr JobPlace kNoJob = ~JobPlace{0};

struct CheckIn {
  double now = 0;
  KindId kind = 0;
  std::uint64_t device = 0;
};

// `round` and `slot` are the scheduler's own, given back with all that happens to the offer.
struct ReplayOffer {
  JobPlace job = kNoJob;
  std::uint32_t round = 0;
  std::uint32_t slot = 0;
};

// Times are seconds.
class ReplayScheduler {
 public:
  virtual ~ReplayScheduler() = default;

  // A round begins, the first one with the job's arrival; its request follows a tenth of a second later.
  virtual void Opened(JobPlace /*job*/, double /*now*/) {}
  // The job asks for the devices of the round.
  virtual void Request(JobPlace job, double now) = 0;
  virtual ReplayOffer Pick(const CheckIn& device) = 0;
  // The device took the task, for the job's current round, whichever it was offered.
  virtual void Bound(ReplayOffer& offer, const CheckIn& device, double now) = 0;
  // It did not: it would leave too soon.
  virtual void Declined(const ReplayOffer& /*offer*/, double /*now*/) {}
  // A result for the job's current round.
  virtual void Reported(const ReplayOffer& /*offer*/, double /*now*/) {}
  // The round is over, well or not; `finished`: it was the last one.
  virtual void Closed(JobPlace job, bool completed, bool finished, double now) = 0;

  virtual std::uint64_t plans() const { return 0; }
};

}  // namespace propius
