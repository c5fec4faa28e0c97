#include "sim/fleet_tally.h"

#include <cstdio>

namespace propius {

std::string Fingerprint::Text() const {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value_));
  return text.data();
}

void FleetTally::Bound(const FleetBind& bind) {
  ++binds_;
  binds_made_.Add(static_cast<std::uint64_t>(ToMicros(bind.at)));
  binds_made_.Add(bind.round.job.value);
  binds_made_.Add((std::uint64_t{bind.round.round.value} << 32U) | bind.slot.value);
  binds_made_.Add(bind.device.value);
  if (on_bind_) on_bind_(bind);
}

void FleetTally::Report(RunRecord& record) const {
  record.checkins = checkins_;
  record.bindings = binds_;
  record.ineligible_offers = ineligible_;
  record.digest = binds_made_.Text();
}

void SupplyByHour::NextHour(Time now) {
  while (now >= hour_ends_) {
    hour_ends_ += 1h;
    hour_ = (hour_ + 1) % 24;
    ++hours_[hour_];
  }
}

std::vector<std::array<double, 24>> SupplyByHour::Means(
    std::size_t predicates, const std::function<bool(std::size_t, std::size_t)>& meets) const {
  std::vector<std::array<double, 24>> means(predicates + 1);
  for (std::size_t kind = 0; kind < by_kind_.size(); ++kind) {
    for (std::size_t row = 0; row <= predicates; ++row) {
      if (row > 0 && !meets(kind, row - 1)) continue;
      for (std::size_t hour = 0; hour < 24; ++hour) {
        if (hours_[hour] == 0) continue;
        means[row][hour] += static_cast<double>(by_kind_[kind][hour]) / static_cast<double>(hours_[hour]);
      }
    }
  }
  return means;
}

}  // namespace propius
