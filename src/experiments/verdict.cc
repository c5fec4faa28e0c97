#include "experiments/verdict.h"

#include <cmath>

namespace propius {

std::string JudgeAtLeast(const std::optional<OverSeeds>& ours, double claimed) {
  constexpr double kNear = 0.95;
  if (!ours) return kNotJudged;
  if (ours->unfinished > 0) return kDiffers;
  if (ours->mean >= kNear * claimed) return kAgrees;
  return ours->high >= kNear * claimed ? kByLuck : kDiffers;
}

std::string JudgeAbout(const std::optional<OverSeeds>& ours, double claimed, double tolerance) {
  if (!ours) return kNotJudged;
  return ours->unfinished == 0 && std::abs(ours->mean / claimed - 1) <= tolerance ? kAgrees : kDiffers;
}

std::string JudgeAim(const std::optional<OverSeeds>& ours, double aim) {
  if (!ours) return kNotJudged;
  return ours->unfinished == 0 && ours->mean >= aim ? kAgrees : kDiffers;
}

}  // namespace propius
