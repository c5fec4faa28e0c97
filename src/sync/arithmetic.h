// The server's arithmetic over vectors of parameters. All spans of a call are equally long.
#pragma once

#include <span>

namespace propius {

// target += weight * update
void AddScaled(std::span<float> target, std::span<const float> update, double weight);
// target = (1 - share) * target + share * other
void MixIn(std::span<float> target, std::span<const float> other, double share);
// sums += weight * update
void Accumulate(std::span<double> sums, std::span<const float> update, double weight);
// target += sums / divisor, divided before it is rounded to float
void AddMean(std::span<float> target, std::span<const double> sums, double divisor);
// velocity = momentum * velocity + change; target += velocity
void AddWithMomentum(std::span<float> target, std::span<float> velocity, std::span<const float> change,
                     double momentum);
// result = a - b
void Subtract(std::span<const float> a, std::span<const float> b, std::span<float> result);
bool AllFinite(std::span<const float> values);

}  // namespace propius
