// One open round in the data plane's place: reports are counted until they are enough, and never after.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "domain/round.h"

namespace propius {

class FleetRound {
 public:
  FleetRound() = default;
  FleetRound(const RoundTerms& terms, double min_reports, Time now)
      : key_(terms.key()),
        demand_(terms.demand),
        target_(terms.target),
        least_(min_reports),
        opened_(now),
        is_open_(true) {}

  const RoundKey& key() const { return key_; }
  bool IsOpen(const RoundKey& key) const { return is_open_ && key == key_; }
  // The devices may start on their tasks.
  bool has_begun() const { return has_begun_; }
  std::uint32_t counted() const { return counted_; }

  void Bound(Time now) {
    if (++bound_ == target_) had_needed_ = now;
  }
  void Begin() { has_begun_ = true; }
  // True for the report that completes the round.
  bool Count() { return ++counted_ == target_; }
  bool IsComplete() const { return counted_ >= target_; }
  // By Venn's rule for a round that ran out of time: enough devices, and enough of these reported (venn.md 3.6).
  bool IsGoodEnough() const {
    const double wanted = std::min(bound_, demand_) * least_;
    return bound_ >= demand_ * least_ && counted_ >= wanted;
  }
  void Close() { is_open_ = false; }

  // From the opening to `begun` or, where rounds do not wait to begin, to the last needed device.
  Duration Waited(std::optional<Time> begun, Time closed) const {
    return std::min(begun.value_or(had_needed_.value_or(closed)), closed) - opened_;
  }
  Duration Lasted(Time closed) const { return closed - opened_; }

 private:
  RoundKey key_;
  std::uint32_t demand_ = 0;
  std::uint32_t target_ = 0;
  double least_ = 1;
  Time opened_;
  bool is_open_ = false;
  bool has_begun_ = false;
  std::uint32_t bound_ = 0;
  std::uint32_t counted_ = 0;
  std::optional<Time> had_needed_;
};

}  // namespace propius
