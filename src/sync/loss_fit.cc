#include "sync/loss_fit.h"

#include <algorithm>
#include <cmath>

namespace propius {
namespace {

constexpr double kRejected = -1;
constexpr double kSoonest = 1e-3;  // seconds; a goal that is reached already

double Worth(double seconds) { return std::isfinite(seconds) ? 1 / std::max(seconds, kSoonest) : 0; }

}  // namespace

std::optional<LossCurve> FitLoss(double first, double second, double third, double gap) {
  if (!std::isfinite(first) || !std::isfinite(second) || !std::isfinite(third) || !(gap > 0)) return std::nullopt;
  if (!(first > second && second > third && first - second > second - third)) return std::nullopt;
  const double bend = 2 * second - first - third;  // below 0
  const double floor = (first * second + second * third - 2 * first * third) / bend;
  if (!std::isfinite(floor) || !(floor < third)) return std::nullopt;
  const double start = 1 / (first - floor);
  const double slope = (1 / (third - floor) - start) / (2 * gap);
  if (!std::isfinite(slope) || !(slope > 0)) return std::nullopt;
  return LossCurve{slope, start, floor};
}

double ProbeReward(double began, double gap, double first, double second, double third, double goal) {
  if (!std::isfinite(first) || !std::isfinite(second) || !std::isfinite(third) || !std::isfinite(began) || !(gap > 0)) {
    return kRejected;
  }
  if (third >= first) return kRejected;
  if (!std::isfinite(goal)) return 0;
  if (const auto curve = FitLoss(first, second, third, gap)) {
    if (curve->floor >= goal) return 0;
    return Worth(began + (1 / (goal - curve->floor) - curve->start) / curve->slope);
  }
  return Worth(began + (first - goal) / (first - third) * 2 * gap);
}

}  // namespace propius
