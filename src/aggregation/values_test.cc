#include "aggregation/values.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

template <typename Number>
std::string Bytes(Number number) {
  std::string bytes(sizeof(Number), '\0');
  std::memcpy(bytes.data(), &number, sizeof(Number));
  return bytes;
}

double WidenOne(Dtype dtype, const std::string& bytes) {
  double value = 0;
  Widen(dtype, bytes, {&value, 1});
  return value;
}

template <typename Number>
Number NarrowOne(Dtype dtype, double value) {
  Number number{};
  char bytes[sizeof(Number)];
  Narrow(dtype, {&value, 1}, bytes);
  std::memcpy(&number, bytes, sizeof(Number));
  return number;
}

// From the definition of the formats: sign, exponent and mantissa fields.
double FromFields(std::uint32_t bits, int exponent_bits, int mantissa_bits) {
  const double sign = (bits >> (exponent_bits + mantissa_bits) & 1) != 0 ? -1 : 1;
  const int exponent = static_cast<int>(bits >> mantissa_bits & ((1U << exponent_bits) - 1));
  const double mantissa = bits & ((1U << mantissa_bits) - 1);
  const int bias = (1 << (exponent_bits - 1)) - 1;
  if (exponent == (1 << exponent_bits) - 1) {
    return mantissa == 0 ? sign * std::numeric_limits<double>::infinity() : std::nan("");
  }
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
  return sign * std::ldexp(mantissa + std::ldexp(1, mantissa_bits), exponent - bias - mantissa_bits);
}

struct Format {
  Dtype dtype;
  int exponent_bits;
  int mantissa_bits;
};

class SmallFloats : public testing::TestWithParam<Format> {};

INSTANTIATE_TEST_SUITE_P(Values, SmallFloats, testing::Values(Format{Dtype::kF16, 5, 10}, Format{Dtype::kBF16, 8, 7}));

TEST_P(SmallFloats, WidenAsTheirFieldsSay) {
  const auto [dtype, exponent_bits, mantissa_bits] = GetParam();
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const double expected = FromFields(bits, exponent_bits, mantissa_bits);
    const double got = WidenOne(dtype, Bytes(static_cast<std::uint16_t>(bits)));
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(got)) << bits;
    } else {
      EXPECT_EQ(got, expected) << bits;
      EXPECT_EQ(std::signbit(got), std::signbit(expected)) << bits;
    }
  }
}

TEST_P(SmallFloats, NarrowBackToTheSameBits) {
  const auto [dtype, exponent_bits, mantissa_bits] = GetParam();
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const double value = FromFields(bits, exponent_bits, mantissa_bits);
    if (std::isfinite(value)) {
      EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, value), bits);
    }
  }
}

TEST_P(SmallFloats, NarrowToTheNearerNeighbourAndTiesToEven) {
  const auto [dtype, exponent_bits, mantissa_bits] = GetParam();
  const std::uint32_t infinity = ((1U << exponent_bits) - 1) << mantissa_bits;
  for (std::uint32_t bits = 0; bits + 1 < infinity; ++bits) {
    const double low = FromFields(bits, exponent_bits, mantissa_bits);
    const double high = FromFields(bits + 1, exponent_bits, mantissa_bits);
    const double middle = low + (high - low) / 2;
    const std::uint32_t even = bits % 2 == 0 ? bits : bits + 1;
    EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, middle), even);
    EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, -middle), even | 0x8000);
    EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, std::nextafter(middle, low)), bits);
    EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, std::nextafter(middle, high)), bits + 1);
  }
}

TEST_P(SmallFloats, NarrowBeyondTheirRangeToTheirLastFiniteValue) {
  const auto [dtype, exponent_bits, mantissa_bits] = GetParam();
  const std::uint32_t last = (((1U << exponent_bits) - 1) << mantissa_bits) - 1;
  for (const double value : {1e39, 1e300, std::numeric_limits<double>::max(), std::numeric_limits<double>::infinity(),
                             2 * FromFields(last, exponent_bits, mantissa_bits)}) {
    EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, value), last);
    EXPECT_EQ(NarrowOne<std::uint16_t>(dtype, -value), last | 0x8000);
  }
}

TEST_P(SmallFloats, NarrowValuesFarBelowTheirLeastToZeroWithTheSign) {
  EXPECT_EQ(NarrowOne<std::uint16_t>(GetParam().dtype, 1e-320), 0);
  EXPECT_EQ(NarrowOne<std::uint16_t>(GetParam().dtype, -1e-320), 0x8000);
}

TEST(Values, NarrowToF32AsTheMachineDoesAndNeverToInfinity) {
  EXPECT_EQ(NarrowOne<float>(Dtype::kF32, 0.1), 0.1F);
  EXPECT_EQ(NarrowOne<float>(Dtype::kF32, 1e39), std::numeric_limits<float>::max());
  EXPECT_EQ(NarrowOne<float>(Dtype::kF32, -1e39), std::numeric_limits<float>::lowest());
  EXPECT_EQ(NarrowOne<double>(Dtype::kF64, std::numeric_limits<double>::infinity()),
            std::numeric_limits<double>::max());
}

TEST(Values, NarrowToIntegersByRoundingTiesToEven) {
  EXPECT_EQ(NarrowOne<std::int8_t>(Dtype::kI8, 2.5), 2);
  EXPECT_EQ(NarrowOne<std::int8_t>(Dtype::kI8, 3.5), 4);
  EXPECT_EQ(NarrowOne<std::int8_t>(Dtype::kI8, -2.5), -2);
  EXPECT_EQ(NarrowOne<std::int32_t>(Dtype::kI32, -7.51), -8);
  EXPECT_EQ(NarrowOne<std::int64_t>(Dtype::kI64, 1e15 + 0.75), 1'000'000'000'000'001);
}

TEST(Values, NarrowToTheLimitsOfIntegers) {
  EXPECT_EQ(NarrowOne<std::int8_t>(Dtype::kI8, 127.4), 127);
  EXPECT_EQ(NarrowOne<std::int8_t>(Dtype::kI8, 127.6), 127);
  EXPECT_EQ(NarrowOne<std::int8_t>(Dtype::kI8, -128.6), -128);
  EXPECT_EQ(NarrowOne<std::int32_t>(Dtype::kI32, 1e300), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(NarrowOne<std::int32_t>(Dtype::kI32, -1e300), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(NarrowOne<std::int64_t>(Dtype::kI64, 0x1p63), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(NarrowOne<std::int64_t>(Dtype::kI64, -0x1p63), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(NarrowOne<std::int64_t>(Dtype::kI64, std::numeric_limits<double>::infinity()),
            std::numeric_limits<std::int64_t>::max());
}

TEST(Values, WidenIntegersWithTheirSign) {
  EXPECT_EQ(WidenOne(Dtype::kI8, Bytes<std::int8_t>(-128)), -128);
  EXPECT_EQ(WidenOne(Dtype::kI32, Bytes<std::int32_t>(-5)), -5);
  EXPECT_EQ(WidenOne(Dtype::kI64, Bytes<std::int64_t>(std::int64_t{1} << 53)), 0x1p53);
  std::int64_t exact = 0;
  WidenExactly(Dtype::kI64, Bytes<std::int64_t>((std::int64_t{1} << 53) + 1), {&exact, 1});
  EXPECT_EQ(exact, (std::int64_t{1} << 53) + 1);
  WidenExactly(Dtype::kI8, Bytes<std::int8_t>(-1), {&exact, 1});
  EXPECT_EQ(exact, -1);
  WidenExactly(Dtype::kI32, Bytes<std::int32_t>(-70'000), {&exact, 1});
  EXPECT_EQ(exact, -70'000);
}

TEST(Values, ReadAndWriteAtAnyAlignment) {
  Rng chance(4);
  for (const Dtype dtype :
       {Dtype::kF32, Dtype::kF64, Dtype::kF16, Dtype::kBF16, Dtype::kI8, Dtype::kI32, Dtype::kI64}) {
    std::vector<double> values(1'030);
    for (double& value : values) value = static_cast<double>(chance.Below(200)) - 100;
    for (std::size_t shift = 0; shift < 8; ++shift) {
      std::string bytes(shift + values.size() * DtypeSize(dtype), '\0');
      Narrow(dtype, values, bytes.data() + shift);
      std::vector<double> back(values.size());
      Widen(dtype, std::string_view(bytes).substr(shift), back);
      EXPECT_EQ(back, values) << DtypeName(dtype) << " at " << shift;
    }
  }
}

TEST(Values, KnowTheLargestMagnitudeOfEveryDtype) {
  EXPECT_GE(LargestMagnitude(Dtype::kF16), 65'504);
  EXPECT_GE(LargestMagnitude(Dtype::kF32), std::numeric_limits<float>::max());
  EXPECT_GE(LargestMagnitude(Dtype::kBF16), FromFields(0x7f7f, 8, 7));
  EXPECT_EQ(LargestMagnitude(Dtype::kF64), std::numeric_limits<double>::max());
  EXPECT_EQ(LargestMagnitude(Dtype::kI8), 128);
  EXPECT_EQ(LargestMagnitude(Dtype::kI32), 0x1p31);
  EXPECT_EQ(LargestMagnitude(Dtype::kI64), 0x1p63);
}

}  // namespace
}  // namespace propius
