#include <algorithm>

#include "control/client_desk.h"

namespace propius {

Duration PaceSteer(std::int64_t population, double target_per_second, Duration min_retry, Duration max_retry,
                   Rng& chance) {
  const double low = Seconds(min_retry);
  const double high = std::max(low, Seconds(max_retry));
  const double mean = std::clamp(static_cast<double>(population) / std::max(target_per_second, 1e-9), low, high);
  // The draw is cut, not the result: devices that share a limit must not share an instant.
  return FromSeconds(chance.Uniform(std::max(low, mean * 0.5), std::min(high, mean * 1.5)));
}

}  // namespace propius
