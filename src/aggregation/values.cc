#include "aggregation/values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/check.h"
#include "base/vectorise.h"

namespace propius {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are little-endian, and read as they lie in memory");

// F16 has 10 bits of mantissa and an exponent bias of 15, BF16 is the upper half of an F32.
struct SmallFloat {
  int mantissa_bits;
  int bias;
};
constexpr SmallFloat kF16{10, 15};
constexpr SmallFloat kBF16{7, 127};

// The loops read value by value with memcpy, which compilers turn into unaligned vector loads.
template <typename Number>
Number Load(const char* bytes, std::size_t index) {
  Number number;
  std::memcpy(&number, bytes + index * sizeof(Number), sizeof(Number));
  return number;
}

template <typename Number, typename Wide>
void WidenNumbers(const char* bytes, std::span<Wide> out) {
  Wide* const wide = out.data();
  const std::size_t count = out.size();
  for (std::size_t i = 0; i < count; ++i) wide[i] = static_cast<Wide>(Load<Number>(bytes, i));
}

PROPIUS_VECTORISED void WidenF32(const char* bytes, double* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(Load<float>(bytes, i));
}

PROPIUS_VECTORISED void WidenBF16(const char* bytes, double* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t bits = std::uint32_t{Load<std::uint16_t>(bytes, i)} << 16;
    out[i] = static_cast<double>(std::bit_cast<float>(bits));
  }
}

// Moved into the fields of an F32, a half is too small by 2^112, exactly, be it normal or not. A full exponent stays
// one.
PROPIUS_VECTORISED void WidenF16(const char* bytes, double* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t half = Load<std::uint16_t>(bytes, i);
    const float small = std::bit_cast<float>((half & 0x7fffU) << 13);
    const std::uint32_t full = (half & 0x7c00U) == 0x7c00U ? 0x7f80'0000U : 0U;
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(small * 0x1p112F) | full | (half & 0x8000U) << 16;
    out[i] = static_cast<double>(std::bit_cast<float>(bits));
  }
}

// The spacing of the format at this magnitude is 2^(exponent - mantissa_bits); counted in it, the value is rounded
// once. Adding to the exponent field, not or-ing, lets a mantissa that rounds up carry into it.
std::uint16_t RoundTo(SmallFloat format, double value) {
  const double magnitude = std::min(std::fabs(value), std::numeric_limits<double>::max());
  const int exponent = std::max(std::ilogb(magnitude), 1 - format.bias);
  const auto steps = static_cast<std::int64_t>(std::nearbyint(std::scalbn(magnitude, format.mantissa_bits - exponent)));
  const std::int64_t bits = (std::int64_t{exponent + format.bias - 1} << format.mantissa_bits) + steps;
  const std::int64_t last = (std::int64_t{2 * format.bias + 1} << format.mantissa_bits) - 1;
  return static_cast<std::uint16_t>(std::min(bits, last) | (std::signbit(value) ? 0x8000 : 0));
}

template <typename Number>
Number RoundTo(double value) {
  using Limits = std::numeric_limits<Number>;
  if constexpr (std::is_integral_v<Number>) {
    value = std::nearbyint(value);
    // The upper limit of 64 bits is not a double; the next one up is the first that does not fit.
    if (value >= -2.0 * static_cast<double>(Limits::min() / 2)) return Limits::max();
    if (value <= static_cast<double>(Limits::min())) return Limits::min();
    return static_cast<Number>(value);
  } else {
    // A value a little over the limit rounds to it, one far over is undefined to convert: both are the limit here.
    return static_cast<Number>(
        std::clamp(value, static_cast<double>(Limits::lowest()), static_cast<double>(Limits::max())));
  }
}

template <typename Number, typename Rounding>
void NarrowNumbers(std::span<const double> values, char* bytes, Rounding round) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Number number = round(values[i]);
    std::memcpy(bytes + i * sizeof(Number), &number, sizeof(Number));
  }
}

}  // namespace

bool IsInteger(Dtype dtype) { return dtype == Dtype::kI8 || dtype == Dtype::kI32 || dtype == Dtype::kI64; }

double LargestMagnitude(Dtype dtype) {
  switch (dtype) {
    case Dtype::kF16:
      return 0x1p16;
    case Dtype::kF32:
    case Dtype::kBF16:
      return 0x1p128;
    case Dtype::kF64:
      return std::numeric_limits<double>::max();
    case Dtype::kI8:
      return 0x1p7;
    case Dtype::kI32:
      return 0x1p31;
    case Dtype::kI64:
      return 0x1p63;
  }
  return std::numeric_limits<double>::max();
}

void Widen(Dtype dtype, std::string_view bytes, std::span<double> out) {
  CHECK(bytes.size() >= out.size() * DtypeSize(dtype));
  switch (dtype) {
    case Dtype::kF32:
      return WidenF32(bytes.data(), out.data(), out.size());
    case Dtype::kF64:
      return WidenNumbers<double>(bytes.data(), out);
    case Dtype::kF16:
      return WidenF16(bytes.data(), out.data(), out.size());
    case Dtype::kBF16:
      return WidenBF16(bytes.data(), out.data(), out.size());
    case Dtype::kI8:
      return WidenNumbers<std::int8_t>(bytes.data(), out);
    case Dtype::kI32:
      return WidenNumbers<std::int32_t>(bytes.data(), out);
    case Dtype::kI64:
      return WidenNumbers<std::int64_t>(bytes.data(), out);
  }
}

void WidenExactly(Dtype dtype, std::string_view bytes, std::span<std::int64_t> out) {
  CHECK(IsInteger(dtype) && bytes.size() >= out.size() * DtypeSize(dtype));
  if (dtype == Dtype::kI8) return WidenNumbers<std::int8_t>(bytes.data(), out);
  if (dtype == Dtype::kI32) return WidenNumbers<std::int32_t>(bytes.data(), out);
  WidenNumbers<std::int64_t>(bytes.data(), out);
}

void Narrow(Dtype dtype, std::span<const double> values, char* bytes) {
  switch (dtype) {
    case Dtype::kF32:
      return NarrowNumbers<float>(values, bytes, RoundTo<float>);
    case Dtype::kF64:
      return NarrowNumbers<double>(values, bytes, RoundTo<double>);
    case Dtype::kF16:
      return NarrowNumbers<std::uint16_t>(values, bytes, [](double value) { return RoundTo(kF16, value); });
    case Dtype::kBF16:
      return NarrowNumbers<std::uint16_t>(values, bytes, [](double value) { return RoundTo(kBF16, value); });
    case Dtype::kI8:
      return NarrowNumbers<std::int8_t>(values, bytes, RoundTo<std::int8_t>);
    case Dtype::kI32:
      return NarrowNumbers<std::int32_t>(values, bytes, RoundTo<std::int32_t>);
    case Dtype::kI64:
      return NarrowNumbers<std::int64_t>(values, bytes, RoundTo<std::int64_t>);
  }
}

}  // namespace propius
