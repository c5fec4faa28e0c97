#include "sync/arithmetic.h"

#include <cstddef>

#include "base/check.h"
#include "base/vectorise.h"

namespace propius {
namespace {

PROPIUS_VECTORISED void AddScaledLoop(float* target, const float* update, std::size_t count, float weight) {
  for (std::size_t i = 0; i < count; ++i) target[i] += weight * update[i];
}

PROPIUS_VECTORISED void MixLoop(float* target, const float* other, std::size_t count, float share) {
  for (std::size_t i = 0; i < count; ++i) target[i] = (1.0F - share) * target[i] + share * other[i];
}

PROPIUS_VECTORISED void AccumulateLoop(double* sums, const float* update, std::size_t count, double weight) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += weight * static_cast<double>(update[i]);
}

PROPIUS_VECTORISED void AddMeanLoop(float* target, const double* sums, std::size_t count, double divisor) {
  for (std::size_t i = 0; i < count; ++i) target[i] += static_cast<float>(sums[i] / divisor);
}

PROPIUS_VECTORISED void MomentumLoop(float* target, float* velocity, const float* change, std::size_t count,
                                     float momentum) {
  for (std::size_t i = 0; i < count; ++i) {
    velocity[i] = momentum * velocity[i] + change[i];
    target[i] += velocity[i];
  }
}

PROPIUS_VECTORISED void SubtractLoop(const float* a, const float* b, float* result, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) result[i] = a[i] - b[i];
}

// x - x is 0 for a finite x and NaN for any other, and a sum with a NaN in it is a NaN: no branch, no lookup of bits.
PROPIUS_VECTORISED bool FiniteLoop(const float* values, std::size_t count) {
  constexpr std::size_t kParallel = 16;
  float sums[kParallel] = {};
  std::size_t i = 0;
  for (; i + kParallel <= count; i += kParallel) {
    for (std::size_t j = 0; j < kParallel; ++j) sums[j] += values[i + j] - values[i + j];
  }
  for (; i < count; ++i) sums[0] += values[i] - values[i];
  float sum = 0;
  for (const float part : sums) sum += part;
  return sum == 0.0F;
}

}  // namespace

void AddScaled(std::span<float> target, std::span<const float> update, double weight) {
  CHECK(target.size() == update.size());
  AddScaledLoop(target.data(), update.data(), target.size(), static_cast<float>(weight));
}

void MixIn(std::span<float> target, std::span<const float> other, double share) {
  CHECK(target.size() == other.size());
  MixLoop(target.data(), other.data(), target.size(), static_cast<float>(share));
}

void Accumulate(std::span<double> sums, std::span<const float> update, double weight) {
  CHECK(sums.size() == update.size());
  AccumulateLoop(sums.data(), update.data(), sums.size(), weight);
}

void AddMean(std::span<float> target, std::span<const double> sums, double divisor) {
  CHECK(target.size() == sums.size());
  AddMeanLoop(target.data(), sums.data(), target.size(), divisor);
}

void AddWithMomentum(std::span<float> target, std::span<float> velocity, std::span<const float> change,
                     double momentum) {
  CHECK(target.size() == velocity.size() && target.size() == change.size());
  MomentumLoop(target.data(), velocity.data(), change.data(), target.size(), static_cast<float>(momentum));
}

void Subtract(std::span<const float> a, std::span<const float> b, std::span<float> result) {
  CHECK(a.size() == b.size() && a.size() == result.size());
  SubtractLoop(a.data(), b.data(), result.data(), a.size());
}

bool AllFinite(std::span<const float> values) { return FiniteLoop(values.data(), values.size()); }

}  // namespace propius
