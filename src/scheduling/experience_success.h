// How often a bind ends in a report, learned over the whole fleet (beyond-venn.md section 1: p(d) and its mean).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "base/time.h"

namespace propius {

// Shares by expected task time in steps of 8 s, each drawn to the share of all until it has seen enough itself.
class SuccessShares {
 public:
  static constexpr double kFirstGuess = 0.88;
  static constexpr double kPrior = 20;        // samples that the guess is worth
  static constexpr double kMemory = 65'536;   // samples after which older ones count half
  static constexpr std::size_t kSteps = 128;  // the last one is open
  static constexpr Duration kStep = 8s;

  double Share() const { return (all_.reported + kPrior * kFirstGuess) / (all_.binds + kPrior); }
  double Share(std::optional<Duration> task) const {
    if (!task) return Share();
    const Tally& step = steps_[StepOf(*task)];
    return (step.reported + kPrior * Share()) / (step.binds + kPrior);
  }

  void Record(std::optional<Duration> task, bool reported) {
    all_.Add(reported);
    if (task) steps_[StepOf(*task)].Add(reported);
  }
  // A bind that was recorded as silent has reported after all.
  void Amend(std::optional<Duration> task) {
    all_.Amend();
    if (task) steps_[StepOf(*task)].Amend();
  }

 private:
  struct Tally {
    double reported = 0;
    double binds = 0;

    void Add(bool success) {
      if (binds >= kMemory) {
        binds /= 2;
        reported /= 2;
      }
      binds += 1;
      if (success) reported += 1;
    }
    void Amend() { reported = std::min(reported + 1, binds); }
  };

  static std::size_t StepOf(Duration task) {
    return std::min(kSteps - 1, static_cast<std::size_t>(std::max(task, Duration(0)) / kStep));
  }

  Tally all_;
  std::array<Tally, kSteps> steps_{};
};

}  // namespace propius
