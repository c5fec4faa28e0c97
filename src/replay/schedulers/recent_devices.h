// The check-ins that the released plan remembers: the kinds of the last 1,000, and when the last 100 of each predicate
// came.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "replay/kinds.h"

namespace propius {

class RecentDevices {
 public:
  static constexpr std::size_t kKinds = 1'000;
  static constexpr std::size_t kTimes = 100;

  explicit RecentDevices(const Kinds& kinds)
      : kinds_(kinds), ring_(kKinds), devices_(kinds.meets.size()), times_(kinds.predicates.size()) {}

  void Add(KindId kind, double now) {
    KindId& place = ring_[seen_ % kKinds];
    if (seen_ >= kKinds) --devices_[place];
    place = kind;
    ++devices_[kind];
    ++seen_;
    for (std::uint64_t left = kinds_.meets[kind]; left != 0; left &= left - 1) {
      Times& times = times_[static_cast<std::size_t>(std::countr_zero(left))];
      times.ring[times.next] = now;
      times.next = times.next + 1 == kTimes ? 0 : times.next + 1;
      if (times.count < kTimes) ++times.count;
    }
  }

  // By kind.
  const std::vector<double>& devices() const { return devices_; }
  // Predicates in the order in which the remembered check-ins first met them; the lower first within one check-in.
  std::vector<std::size_t> FirstMet() const {
    std::vector<std::size_t> order;
    std::uint64_t met = 0;
    std::uint64_t possible = 0;
    for (std::size_t kind = 0; kind < devices_.size(); ++kind) possible |= devices_[kind] > 0 ? kinds_.meets[kind] : 0;
    for (std::size_t i = seen_ > kKinds ? seen_ - kKinds : 0; i < seen_ && met != possible; ++i) {
      for (std::uint64_t left = kinds_.meets[ring_[i % kKinds]] & ~met; left != 0; left &= left - 1) {
        order.push_back(static_cast<std::size_t>(std::countr_zero(left)));
      }
      met |= kinds_.meets[ring_[i % kKinds]];
    }
    return order;
  }
  // From the first to the last of the remembered check-ins that met it; nothing if none did.
  std::optional<double> SpanOf(std::size_t predicate) const {
    const Times& times = times_[predicate];
    if (times.count == 0) return std::nullopt;
    const std::size_t last = (times.next + kTimes - 1) % kTimes;
    const std::size_t first = times.count < kTimes ? 0 : times.next;
    return times.ring[last] - times.ring[first];
  }

 private:
  struct Times {
    std::array<double, kTimes> ring;
    std::size_t next = 0;
    std::size_t count = 0;
  };

  const Kinds& kinds_;
  std::vector<KindId> ring_;
  std::size_t seen_ = 0;
  std::vector<double> devices_;
  std::vector<Times> times_;
};

}  // namespace propius
