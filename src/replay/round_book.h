// The rounds of one job under the released rules (venn.md 3.6, rules 2 to 6). Times are seconds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "workload/workload.h"

namespace propius {

class RoundBook {
 public:
  explicit RoundBook(const ArrivingJob& job, bool strict)
      : rounds_(job.spec.rounds),
        demand_(job.spec.demand),
        fraction_(job.spec.min_reports),
        needed_(job.spec.demand * job.spec.min_reports),
        deadline_(Seconds(job.spec.deadline)),
        strict_(strict) {}

  std::uint32_t round() const { return round_; }  // from 0, aborted ones included
  double opened_at() const { return opened_at_; }
  double closes_at() const { return closes_at_; }
  bool finished() const { return finish_ >= 0; }
  double finish() const { return finish_; }
  std::uint32_t done() const { return done_; }
  std::uint32_t aborts() const { return aborts_; }
  double scheduling() const { return scheduling_; }
  double collecting() const { return collecting_; }
  // As the authors measure it, over all rounds, aborted ones too, in which exactly as many devices as needed have taken
  // the task at some time: from the opening until then, and how many rounds those were. None where the needed share of
  // the demand is not whole.
  double queue_delay() const { return queue_delay_; }
  std::uint64_t queued() const { return queued_; }

  void Open(double now) {
    opened_at_ = now;
    closes_at_ = now + deadline_;
    closing_ = false;
    dispatched_ = results_ = 0;
    had_needed_at_ = kNever;
  }

  void Dispatch(double now) {
    ++dispatched_;
    if (had_needed_at_ == kNever && dispatched_ >= needed_) had_needed_at_ = now;
    if (dispatched_ != needed_ || finished()) return;
    queue_delay_ += now - opened_at_;
    ++queued_;
  }

  // True if the round closes now, for it has all the results that it needs.
  bool Receive(double now) {
    ++results_;
    if (closing_ || results_ < needed_) return false;
    closing_ = true;
    closes_at_ = now;
    return true;
  }

  // True if the round was a good one.
  bool Close(double now) {
    const double enough = strict_ ? needed_ : std::min<double>(dispatched_, demand_) * fraction_;
    const bool good = dispatched_ >= needed_ && results_ >= enough;
    const double waited = std::min(had_needed_at_, now) - opened_at_;
    scheduling_ += waited;
    collecting_ += now - opened_at_ - waited;
    if (good) {
      ++done_;
      if (done_ >= rounds_) finish_ = now;
    } else {
      ++aborts_;
    }
    ++round_;
    closes_at_ = kNever;
    dispatched_ = results_ = 0;
    return good;
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  std::uint32_t rounds_;
  double demand_;
  double fraction_;
  double needed_;
  double deadline_;
  bool strict_;

  std::uint32_t round_ = 0;
  double opened_at_ = 0;
  double closes_at_ = kNever;
  bool closing_ = false;
  std::uint32_t dispatched_ = 0;
  std::uint32_t results_ = 0;
  double had_needed_at_ = kNever;

  std::uint32_t done_ = 0;
  std::uint32_t aborts_ = 0;
  double finish_ = -1;
  double scheduling_ = 0;
  double collecting_ = 0;
  double queue_delay_ = 0;
  std::uint64_t queued_ = 0;
};

}  // namespace propius
