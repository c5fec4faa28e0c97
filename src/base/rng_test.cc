#include "base/rng.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr int kDraws = 200'000;

struct Moments {
  double mean = 0;
  double variance = 0;
};

template <typename Draw>
Moments Measure(Draw draw) {
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = draw();
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

// Published values of xoshiro256** seeded through splitmix64 from 0.
TEST(Rng, DrawsTheNumbersOfItsDefinition) {
  Rng chance(0);
  for (const std::uint64_t expected :
       {11091344671253066420U, 13793997310169335082U, 1900383378846508768U, 7684712102626143532U}) {
    EXPECT_EQ(chance(), expected);
  }
}

TEST(Rng, ReplaysFromItsSeed) {
  Rng a(42);
  Rng b(42);
  Rng c(43);
  int same = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t value = a();
    ASSERT_EQ(value, b());
    same += value == c() ? 1 : 0;
  }
  EXPECT_EQ(same, 0);
}

TEST(Rng, DrawsEveryNumberBelowABoundAlikeOften) {
  Rng chance(1);
  constexpr std::uint64_t kBound = 7;
  std::array<double, kBound> counts{};
  for (int i = 0; i < kDraws; ++i) counts.at(chance.Below(kBound)) += 1;
  double chi_square = 0;
  for (const double count : counts) {
    const double expected = static_cast<double>(kDraws) / kBound;
    chi_square += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi_square, 22.5);  // 6 degrees of freedom, 1 in 1,000
}

TEST(Rng, DrawsBelowBoundsAtBothEnds) {
  Rng chance(2);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(chance.Below(1), 0U);
    EXPECT_LT(chance.Below((std::uint64_t{1} << 63) + 1), (std::uint64_t{1} << 63) + 1);
  }
  EXPECT_DEATH(chance.Below(0), "bound >= 1");
}

TEST(Rng, DrawsUniformly) {
  Rng chance(3);
  const Moments unit = Measure([&] {
    const double value = chance.Uniform();
    EXPECT_GE(value, 0);
    EXPECT_LT(value, 1);
    return value;
  });
  EXPECT_NEAR(unit.mean, 0.5, 0.005);
  EXPECT_NEAR(unit.variance, 1.0 / 12, 0.002);
  EXPECT_NEAR(Measure([&] { return chance.Uniform(-4, 8); }).mean, 2, 0.04);
}

TEST(Rng, MeetsAProbability) {
  Rng chance(4);
  EXPECT_NEAR(Measure([&] { return chance.Chance(0.3) ? 1.0 : 0.0; }).mean, 0.3, 0.005);
  EXPECT_FALSE(chance.Chance(0));
  EXPECT_TRUE(chance.Chance(1));
}

TEST(Rng, DrawsExponentially) {
  Rng chance(5);
  const Moments moments = Measure([&] { return chance.Exponential(2.5); });
  EXPECT_NEAR(moments.mean, 2.5, 0.03);
  EXPECT_NEAR(moments.variance, 6.25, 0.2);
}

TEST(Rng, DrawsNormally) {
  Rng chance(6);
  const Moments moments = Measure([&] { return chance.Normal(); });
  EXPECT_NEAR(moments.mean, 0, 0.01);
  EXPECT_NEAR(moments.variance, 1, 0.02);
  EXPECT_NEAR(Measure([&] { return std::fabs(chance.Normal()) < 1 ? 1.0 : 0.0; }).mean, 0.6827, 0.005);
}

TEST(Rng, DrawsGammaWithItsMeanAndVariance) {
  for (const double shape : {0.1, 0.5, 1.0, 3.0, 50.0}) {
    Rng chance(7);
    const Moments moments = Measure([&] { return chance.Gamma(shape); });
    EXPECT_NEAR(moments.mean, shape, 0.02 * std::max(shape, 1.0)) << shape;
    EXPECT_NEAR(moments.variance, shape, 0.05 * std::max(shape, 1.0)) << shape;
  }
  Rng chance(8);
  EXPECT_DEATH(chance.Gamma(0), "shape > 0");
}

TEST(Rng, DrawsPointsOfTheSimplex) {
  for (const double concentration : {1e-9, 0.1, 1.0, 100.0}) {
    Rng chance(9);
    for (int i = 0; i < 1'000; ++i) {
      const std::vector<double> point = chance.Dirichlet(concentration, 10);
      ASSERT_EQ(point.size(), 10U);
      EXPECT_NEAR(std::accumulate(point.begin(), point.end(), 0.0), 1, 1e-12);
      EXPECT_GE(*std::ranges::min_element(point), 0);
    }
  }
  Rng chance(9);
  EXPECT_TRUE(chance.Dirichlet(1, 0).empty());
}

TEST(Rng, DrawsPointsNearACornerWhenTheConcentrationIsSmall) {
  Rng chance(10);
  std::array<int, 5> corners{};
  for (int i = 0; i < 5'000; ++i) {
    const std::vector<double> point = chance.Dirichlet(1e-5, corners.size());
    const auto largest = std::ranges::max_element(point);
    EXPECT_GT(*largest, 0.5);
    ++corners.at(static_cast<std::size_t>(largest - point.begin()));
  }
  for (const int count : corners) EXPECT_NEAR(count, 1'000, 150);
}

TEST(Rng, ShufflesIntoEveryOrderAlikeOften) {
  Rng chance(11);
  std::map<std::string, int> orders;
  for (int i = 0; i < 6'000; ++i) {
    std::string items = "abc";
    chance.Shuffle(items);
    ++orders[items];
  }
  ASSERT_EQ(orders.size(), 6U);
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, 1'000, 150) << order;
  std::vector<int> none;
  chance.Shuffle(none);
  EXPECT_TRUE(none.empty());
}

TEST(Rng, ForksAStreamThatDoesNotDisturbTheFirst) {
  Rng a(12);
  Rng b(12);
  Rng fork = a.Fork();
  b();
  for (int i = 0; i < 10; ++i) EXPECT_NE(fork(), a());
  for (int i = 0; i < 10; ++i) b();
  EXPECT_EQ(a(), b());
}

}  // namespace
}  // namespace propius
