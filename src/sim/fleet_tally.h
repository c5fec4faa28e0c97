// What a fleet run shows beside its jobs, counted as it goes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/fleet.h"

namespace propius {

// A few words into one number, in order.
class Fingerprint {
 public:
  void Add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9e3779b97f4a7c15;
    value_ ^= value_ >> 32U;
  }
  std::string Text() const;

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

class FleetTally {
 public:
  explicit FleetTally(std::function<void(const FleetBind&)> on_bind) : on_bind_(std::move(on_bind)) {}

  std::uint64_t checkins() const { return checkins_; }
  std::uint64_t binds() const { return binds_; }

  void CheckedIn() { ++checkins_; }
  void OfferedInVain() { ++ineligible_; }  // to a device that does not meet the job's needs
  void Bound(const FleetBind& bind);
  void Report(RunRecord& record) const;

 private:
  std::function<void(const FleetBind&)> on_bind_;
  std::uint64_t checkins_ = 0;
  std::uint64_t ineligible_ = 0;
  std::uint64_t binds_ = 0;
  Fingerprint binds_made_;
};

// Check-ins per hour of the day, by kind of device.
class SupplyByHour {
 public:
  explicit SupplyByHour(std::size_t kinds) : by_kind_(kinds) {}

  void CheckedIn(std::size_t kind, Time now) {
    if (now >= hour_ends_) NextHour(now);
    ++by_kind_[kind][hour_];
  }
  // Means over the days: of all devices, then of those that meet each of `predicates` by `meets(kind, predicate)`.
  std::vector<std::array<double, 24>> Means(std::size_t predicates,
                                            const std::function<bool(std::size_t, std::size_t)>& meets) const;

 private:
  void NextHour(Time now);

  std::vector<std::array<std::uint64_t, 24>> by_kind_;
  std::size_t hour_ = 0;
  Time hour_ends_ = Time(1h);
  std::array<std::uint64_t, 24> hours_{1};  // how many of each hour of the day there have been
};

}  // namespace propius
