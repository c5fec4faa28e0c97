// What a run shows beside the jobs' own figures, counted as it goes. A session counts with all of its stay, as soon as
// it has begun.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "replay/kinds.h"
#include "workload/run_record.h"

namespace propius {

class ReplayTally {
 public:
  explicit ReplayTally(const Kinds& kinds) : kinds_(kinds), by_hour_(kinds.meets.size()) {}

  std::uint64_t checkins() const { return checkins_; }

  // `stay` is how long the device will be there.
  void CheckedIn(KindId kind, double now, double stay) {
    ++checkins_;
    present_ += stay;
    if (now >= hour_ends_) NextHour(now);
    ++by_hour_[kind][hour_];
  }
  void Offered(KindId kind, std::uint32_t predicate) {
    if (!kinds_.Meets(kind, predicate)) ++ineligible_;
  }
  void Bound(std::uint32_t job, std::uint32_t round, std::uint64_t device, double now, double stay, double busy) {
    ++bindings_;
    used_ += stay;
    busy_ += busy;
    Mix((std::uint64_t{job} << 32U) | round);
    Mix(device);
    Mix(std::bit_cast<std::uint64_t>(now));
  }

  // Writes everything but the jobs and what follows from them.
  void Report(RunRecord& record) const;

 private:
  void NextHour(double now);
  void Mix(std::uint64_t word) {
    digest_ = (digest_ ^ word) * 0x9e3779b97f4a7c15;
    digest_ ^= digest_ >> 32U;
  }

  const Kinds& kinds_;
  std::uint64_t checkins_ = 0;
  std::uint64_t bindings_ = 0;
  std::uint64_t ineligible_ = 0;
  double present_ = 0;  // device seconds
  double used_ = 0;     // of devices that had a task
  double busy_ = 0;
  std::uint64_t digest_ = 0xcbf29ce484222325;
  std::vector<std::array<std::uint64_t, 24>> by_hour_;  // by kind
  std::size_t hour_ = 0;
  double hour_ends_ = 3'600;
  std::array<std::uint64_t, 24> hours_{1};  // how many of each hour of the day there have been
};

}  // namespace propius
