// Gaia's filter (NSDI 2017): a parameter's updates add up until they are significant beside its value.
#pragma once

#include <memory>

#include "sync/push/push_filter.h"

namespace propius {

struct SignificanceOptions {
  double threshold = 0.01;    // v: sent once |sum / value| > v / sqrt(t), t the number of the push
  double least_value = 1e-3;  // what a smaller parameter counts as, or one of zero would always be sent
};
std::unique_ptr<PushFilter> MakeSignificanceFilter(SignificanceOptions options);

}  // namespace propius
