// How long to wait for a device before it counts as silent, learned from those that answered.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/time.h"

namespace propius {

// Mean plus twice the mean deviation of what was seen, as a retransmission timer has it (RFC 6298), with moving
// averages over some 256 samples.
class Allowance {
 public:
  void Record(Duration seen) {
    if (samples_ < kMemory) ++samples_;
    const double weight = 1.0 / static_cast<double>(samples_ + kPrior);
    const double error = Seconds(seen) - mean_;
    mean_ += weight * error;
    deviation_ += weight * (std::abs(error) - deviation_);
  }
  std::uint32_t samples() const { return samples_; }
  Duration Get() const { return FromSeconds(std::max(2.0, mean_ + 2 * deviation_)); }

 private:
  static constexpr std::uint32_t kMemory = 256;
  static constexpr std::uint32_t kPrior = 8;

  double mean_ = 1;
  double deviation_ = 1;
  std::uint32_t samples_ = 0;
};

}  // namespace propius
