// The loops in which aggregation spends its time, over plain arrays of `count` values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace propius {

// sums += scale * values
void AddScaled(double* sums, const double* values, std::size_t count, double scale);
// The largest magnitude of sums + scale * values; infinity or NaN if one of them is not finite.
double LargestSum(const double* sums, const double* values, std::size_t count, double scale);

// sums += values
void AddIntegers(std::int64_t* sums, const std::int64_t* values, std::size_t count);
// The largest magnitude of sums + values; nothing if one of them leaves 64 bits.
std::optional<double> LargestSum(const std::int64_t* sums, const std::int64_t* values, std::size_t count);

}  // namespace propius
