#include "experiments/verdict.h"

#include <cmath>

namespace propius {

std::string JudgeAtLeast(const std::optional<OverSeeds>& ours, double claimed) {
  constexpr double kNear = 0.95;
  if (!ours) return kNotJudged;
  if (ours->mean >= kNear * claimed) return kAgrees;
  return ours->high >= kNear * claimed ? kByLuck : kDiffers;
}

std::string JudgeAbout(const std::optional<OverSeeds>& ours, double claimed, double tolerance) {
  if (!ours) return kNotJudged;
  return std::abs(ours->mean / claimed - 1) <= tolerance ? kAgrees : kDiffers;
}

}  // namespace propius
