// Response times of one job's devices by how fast they are: what tier matching is decided from (Venn section 4.3;
// venn.md 1.5), learned and forgotten, never constants.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"

namespace propius {

class TierProfile {
 public:
  static constexpr std::size_t kMostSamples = 512;  // the latest ones

  // A device with this expected task time answered after `response`.
  void Record(Duration task, Duration response);
  std::size_t samples() const { return samples_.size(); }

  struct Tier {
    Duration fastest{};  // expected task times in [fastest, slowest)
    Duration slowest{};
    double speedup = 1;  // g: 95th percentile response of the tier over that of all devices
    std::size_t samples = 0;
  };
  // `count` tiers of about equal size, slowest last; nothing until each has `least` samples.
  std::optional<std::vector<Tier>> Split(std::size_t count, std::size_t least = 50) const;

 private:
  struct Sample {
    Duration task;
    Duration response;
  };
  std::vector<Sample> samples_;  // a ring once it is full
  std::size_t next_ = 0;
};

}  // namespace propius
