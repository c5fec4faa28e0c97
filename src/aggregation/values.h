// The values of tensors as numbers to calculate with, and back into the bytes of a dtype.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "domain/safetensors.h"

namespace propius {

bool IsInteger(Dtype dtype);

// The largest magnitude of a finite value of this dtype, or a little more.
double LargestMagnitude(Dtype dtype);

// Reads `out.size()` values from the front of `bytes`, which need not be aligned. I64 beyond 2^53 is rounded.
void Widen(Dtype dtype, std::string_view bytes, std::span<double> out);
// The same for integer dtypes, exactly.
void WidenExactly(Dtype dtype, std::string_view bytes, std::span<std::int64_t> out);

// Writes each value as the nearest one of this dtype, ties to even, into `bytes`, which need not be aligned. Values
// beyond its range become its last finite one; none may be NaN.
void Narrow(Dtype dtype, std::span<const double> values, char* bytes);

}  // namespace propius
