// How long to wait before the next try: doubles up to a limit, with jitter so that many leaves do not return at once.
#pragma once

#include <algorithm>
#include <utility>

#include "base/rng.h"
#include "base/time.h"

namespace propius {

class Backoff {
 public:
  Backoff(Duration shortest, Duration longest) : shortest_(shortest), longest_(longest), next_(shortest) {}

  // Between half and the whole of the present step.
  Duration Next(Rng& chance) {
    const Duration step = std::exchange(next_, std::min(next_ * 2, longest_));
    return FromSeconds(Seconds(step) * chance.Uniform(0.5, 1.0));
  }
  void Reset() { next_ = shortest_; }

 private:
  Duration shortest_;
  Duration longest_;
  Duration next_;
};

}  // namespace propius
