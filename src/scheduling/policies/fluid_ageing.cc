#include "scheduling/policies/fluid_ageing.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "scheduling/policies/fluid_view.h"

namespace propius {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
// How much later than imagined a job may be at strength 1.
constexpr double kLatest = 1.75;

// Seconds that the rest of the job takes with all of the fleet.
double AloneLeft(const KnownJob& job, const Snapshot& seen) {
  const double devices = DevicesOfARound(job, seen.experience.SuccessShare());
  const double tail = Seconds(seen.experience.Tail(job.job));
  return RoundsLeft(job) * (devices / seen.supply.Rate(job.predicate) + tail);
}

}  // namespace

FluidAgeing::FluidAgeing(double strength) : limit_(strength > 0 ? 1 + kLatest / strength : kForever) {}

void FluidAgeing::Advance(const Snapshot& seen, const FluidTaskTimes& times) {
  if (limit_ < kForever) imagined_.Advance(seen, times);
}

FluidOrder FluidAgeing::Urgent(const Snapshot& seen) const {
  if (limit_ == kForever) return {};
  std::vector<std::pair<double, std::uint32_t>> due;
  for (std::uint32_t i = 0; i < seen.jobs.size(); ++i) {
    const KnownJob& job = seen.jobs[i];
    const std::optional<Duration> lasted = imagined_.Lasted(job.job);
    if (!lasted) continue;
    const double limit = limit_ * Seconds(*lasted);
    if (Seconds(seen.now - job.registered_at) + AloneLeft(job, seen) < limit) continue;
    due.emplace_back(Seconds(job.registered_at.time_since_epoch()) + limit, i);
  }
  std::ranges::sort(due);
  FluidOrder urgent;
  for (const auto& [at, job] : due) urgent.push_back(job);
  return urgent;
}

}  // namespace propius
