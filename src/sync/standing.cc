#include "sync/standing.h"

#include <algorithm>
#include <vector>

namespace propius {
namespace {

Duration Median(const Standing& seen, Duration WorkerClock::* what) {
  std::vector<Duration> known;
  for (const auto& [id, worker] : seen.workers) {
    if (worker.active && worker.*what > Duration{}) known.push_back(worker.*what);
  }
  if (known.empty()) return {};
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::ranges::nth_element(known, middle);
  return *middle;
}

}  // namespace

Duration MedianCommitTime(const Standing& seen) { return Median(seen, &WorkerClock::commit_time); }

Duration MedianStepTime(const Standing& seen) { return Median(seen, &WorkerClock::step_time); }

}  // namespace propius
