#include "aggregation/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/vectorise.h"

namespace propius {

PROPIUS_VECTORISED void AddScaled(double* sums, const double* values, std::size_t count, double scale) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += scale * values[i];
}

// The bits of a double without its sign are ordered as its magnitude is, infinity and NaN above all; unlike a maximum
// of doubles, a maximum of integers may be taken in any order, so the loop becomes vector code.
PROPIUS_VECTORISED double LargestSum(const double* sums, const double* values, std::size_t count, double scale) {
  constexpr std::int64_t kMagnitude = 0x7fff'ffff'ffff'ffff;
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t bits = std::bit_cast<std::int64_t>(sums[i] + scale * values[i]) & kMagnitude;
    largest = bits > largest ? bits : largest;
  }
  return std::bit_cast<double>(largest);
}

PROPIUS_VECTORISED void AddIntegers(std::int64_t* sums, const std::int64_t* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += values[i];
}

std::optional<double> LargestSum(const std::int64_t* sums, const std::int64_t* values, std::size_t count) {
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(sums[i], values[i], &sum)) return std::nullopt;
    largest = std::max(largest, std::fabs(static_cast<double>(sum)));
  }
  return largest;
}

}  // namespace propius
