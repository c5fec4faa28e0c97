#include "replay/tally.h"

#include <cmath>
#include <cstdio>

namespace propius {

void ReplayTally::NextHour(double now) {
  while (now >= hour_ends_) {
    hour_ends_ += 3'600;
    hour_ = (hour_ + 1) % 24;
    ++hours_[hour_];
  }
}

void ReplayTally::Report(RunRecord& record) const {
  record.checkins = checkins_;
  record.bindings = bindings_;
  record.ineligible_offers = ineligible_;
  record.utilization = used_ > 0 ? busy_ / used_ : 0;
  record.utilization_of_all = present_ > 0 ? busy_ / present_ : 0;
  std::array<char, 17> digest{};
  std::snprintf(digest.data(), digest.size(), "%016llx", static_cast<unsigned long long>(digest_));
  record.digest = digest.data();

  record.supply_by_hour.assign(kinds_.predicates.size() + 1, {});
  for (std::size_t hour = 0; hour < 24; ++hour) {
    if (hours_[hour] == 0) continue;
    for (std::size_t kind = 0; kind < by_hour_.size(); ++kind) {
      const double mean = static_cast<double>(by_hour_[kind][hour]) / static_cast<double>(hours_[hour]);
      record.supply_by_hour[0][hour] += mean;
      for (std::size_t predicate = 0; predicate < kinds_.predicates.size(); ++predicate) {
        if (kinds_.Meets(static_cast<KindId>(kind), predicate)) record.supply_by_hour[predicate + 1][hour] += mean;
      }
    }
  }
}

}  // namespace propius
