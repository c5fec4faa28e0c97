#include "sync_sim/edge_fleet.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace propius {
namespace {

constexpr double kFastStep = 0.5;    // seconds
constexpr double kMiddleStep = 0.6;  // seconds
constexpr double kShareOfFast = 4.0 / 18;
constexpr double kShareOfMiddle = 7.0 / 18;

struct Kinds {
  std::size_t fast = 0;
  std::size_t middle = 0;
  std::size_t slow = 0;
};

Kinds KindsOf(std::size_t workers) {
  const auto count = static_cast<double>(workers);
  Kinds kinds;
  kinds.fast = static_cast<std::size_t>(std::lround(count * kShareOfFast));
  kinds.middle = static_cast<std::size_t>(std::lround(count * kShareOfMiddle));
  kinds.slow = workers - kinds.fast - kinds.middle;
  return kinds;
}

}  // namespace

Duration EdgeFleet::DrawStep(std::size_t worker, Duration since_start, double batch_share, Rng& chance) const {
  double mean = Seconds(step_times[worker]) * batch_share;
  for (const SpeedChange& change : changes) {
    if (since_start >= change.at && worker + change.workers >= size()) mean *= change.factor;
  }
  const double drawn = jitter > 0 ? mean * (1 + jitter * chance.Normal()) : mean;
  return std::max(Duration(1), FromSeconds(std::max(drawn, 0.1 * mean)));
}

double Heterogeneity(const std::vector<Duration>& step_times) {
  CHECK(!step_times.empty());
  double sum = 0;
  double least = 1 / Seconds(step_times.front());
  for (const Duration time : step_times) {
    const double speed = 1 / Seconds(time);
    sum += speed;
    least = std::min(least, speed);
  }
  return sum / static_cast<double>(step_times.size()) / least;
}

std::size_t SlowWorkers(std::size_t workers) { return KindsOf(workers).slow; }

Result<std::vector<Duration>> StepTimesFor(std::size_t workers, double heterogeneity) {
  CHECK(workers > 0);
  if (heterogeneity == 1) return std::vector<Duration>(workers, FromSeconds(kMiddleStep));
  const Kinds kinds = KindsOf(workers);
  const double others = static_cast<double>(kinds.fast) / kFastStep + static_cast<double>(kinds.middle) / kMiddleStep;
  // H = (others + slow * v) / (workers * v), solved for the slow ones' speed v.
  const double speed = others / (static_cast<double>(workers) * heterogeneity - static_cast<double>(kinds.slow));
  if (!(heterogeneity > 1) || !(speed > 0 && speed <= 1 / kMiddleStep)) {
    return Fail(Code::kInvalidArgument, "heterogeneity: expected 1, or one that " + std::to_string(kinds.slow) +
                                            " slow workers of " + std::to_string(workers) + " can give; got " +
                                            std::to_string(heterogeneity));
  }
  std::vector<Duration> times(kinds.fast, FromSeconds(kFastStep));
  times.insert(times.end(), kinds.middle, FromSeconds(kMiddleStep));
  times.insert(times.end(), kinds.slow, FromSeconds(1 / speed));
  return times;
}

}  // namespace propius
