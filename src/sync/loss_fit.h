// How fast a commit rate takes the loss to its goal, from three losses of a probe.
#pragma once

#include <optional>

namespace propius {

// l(t) = 1 / (slope * t + start) + floor, t in seconds from the first sample.
struct LossCurve {
  double slope = 0;
  double start = 0;
  double floor = 0;
};

// The curve through three losses, `gap` seconds apart (ADSP, section 4.2; the reciprocals of l - floor lie on a line,
// so it is exact). None unless they fall, and fall more slowly each time.
std::optional<LossCurve> FitLoss(double first, double second, double third, double gap);

// What a probe is worth: 1 / (seconds since the start of training at which the fitted curve meets the goal), so that
// probes of one curve at different times are worth the same.
//  - a curve that levels off at or above the goal, and a goal that is not a number: 0
//  - losses that fall ever faster: judged by a straight line
//  - losses that rise from the first to the last, or are not finite: -1, to be rejected
// Never NaN.
double ProbeReward(double began, double gap, double first, double second, double third, double goal);

}  // namespace propius
