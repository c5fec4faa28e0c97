#include "aggregation/kernels.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();
constexpr std::int64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();

TEST(Kernels, AddTheScaledValuesAtEveryLength) {
  Rng chance(1);
  for (std::size_t size = 0; size < 70; ++size) {
    std::vector<double> sums(size);
    std::vector<double> values(size);
    std::vector<double> expected(size);
    for (std::size_t i = 0; i < size; ++i) {
      sums[i] = chance.Normal();
      values[i] = chance.Normal();
      expected[i] = sums[i] + 0.3 * values[i];
    }
    double largest = 0;
    for (const double value : expected) largest = std::max(largest, std::fabs(value));
    EXPECT_EQ(LargestSum(sums.data(), values.data(), size, 0.3), largest);
    AddScaled(sums.data(), values.data(), size, 0.3);
    EXPECT_EQ(sums, expected);
  }
}

TEST(Kernels, ShowASumThatIsNotFiniteWhereverItStands) {
  for (std::size_t bad = 0; bad < 37; ++bad) {
    std::vector<double> sums(37, -1.0);
    std::vector<double> values(37, 1.0);
    sums[bad] = -kMax;
    values[bad] = -kMax;
    EXPECT_FALSE(std::isfinite(LargestSum(sums.data(), values.data(), sums.size(), 1)));
    sums[bad] = 0;
    values[bad] = std::nan("");
    EXPECT_FALSE(std::isfinite(LargestSum(sums.data(), values.data(), sums.size(), 1)));
  }
}

TEST(Kernels, AddIntegersExactly) {
  std::array<std::int64_t, 3> sums{kMaxInteger - 1, -5, 0};
  const std::array<std::int64_t, 3> values{1, 7, -9};
  EXPECT_EQ(LargestSum(sums.data(), values.data(), 3), 0x1p63);
  AddIntegers(sums.data(), values.data(), 3);
  EXPECT_EQ(sums, (std::array<std::int64_t, 3>{kMaxInteger, 2, -9}));
}

TEST(Kernels, ShowAnIntegerSumThatLeaves64Bits) {
  const std::array<std::int64_t, 2> sums{0, kMaxInteger};
  const std::array<std::int64_t, 2> values{0, 1};
  EXPECT_EQ(LargestSum(sums.data(), values.data(), 2), std::nullopt);
  const std::array<std::int64_t, 2> low{0, -kMaxInteger};
  const std::array<std::int64_t, 2> two{0, -2};
  EXPECT_EQ(LargestSum(low.data(), two.data(), 2), std::nullopt);
}

}  // namespace
}  // namespace propius
