#include "report/scale.h"

#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

using Labels = std::vector<std::string>;

Labels LabelsOf(Range range, Unit unit, int count = 5) { return TickLabels(Ticks(range, unit, count), unit); }

TEST(Ticks, AreRoundNumbers) {
  EXPECT_EQ(Ticks({0, 10}, Unit::kNumber, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(Ticks({-3, 7}, Unit::kNumber, 5), (std::vector<double>{-2, 0, 2, 4, 6}));
  EXPECT_EQ(Ticks({0, 100}, Unit::kSeconds, 5), (std::vector<double>{0, 30, 60, 90}));
}

TEST(Ticks, ReadInTheUnitOfTheAxis) {
  EXPECT_EQ(LabelsOf({0, 1}, Unit::kShare), (Labels{"0 %", "20 %", "40 %", "60 %", "80 %", "100 %"}));
  EXPECT_EQ(LabelsOf({0.955, 0.965}, Unit::kShare), (Labels{"95.6 %", "95.8 %", "96.0 %", "96.2 %", "96.4 %"}));
  EXPECT_EQ(LabelsOf({0, 100}, Unit::kSeconds), (Labels{"0", "30s", "1m", "1m 30s"}));
  EXPECT_EQ(LabelsOf({0, 0.4}, Unit::kSeconds), (Labels{"0", "0.1s", "0.2s", "0.3s", "0.4s"}));
  EXPECT_EQ(LabelsOf({0, 4 * 3600.0}, Unit::kSeconds), (Labels{"0", "1h", "2h", "3h", "4h"}));
  EXPECT_EQ(LabelsOf({0, 30 * 3600.0}, Unit::kSeconds), (Labels{"0", "6h", "12h", "18h", "24h", "30h"}));
  EXPECT_EQ(LabelsOf({-60, 60}, Unit::kSeconds, 4), (Labels{"−1m", "−30s", "0", "30s", "1m"}));
  EXPECT_EQ(LabelsOf({0, 4 * 1024.0 * 1024}, Unit::kBytes), (Labels{"0 B", "1 MiB", "2 MiB", "3 MiB", "4 MiB"}));
  EXPECT_EQ(LabelsOf({0, 10 * 86400.0}, Unit::kSeconds), (Labels{"0", "2d", "4d", "6d", "8d", "10d"}));
}

TEST(Ticks, AreToldApartByTheirLabels) {
  EXPECT_EQ(LabelsOf({0, 1}, Unit::kNumber), (Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(LabelsOf({0, 50000}, Unit::kNumber), (Labels{"0", "10k", "20k", "30k", "40k", "50k"}));
  EXPECT_EQ(LabelsOf({1000000, 1000004}, Unit::kNumber, 4),
            (Labels{"1,000,000", "1,000,001", "1,000,002", "1,000,003", "1,000,004"}));
}

TEST(Ticks, LieWithinAnyRangeRisingAndDistinct) {
  Rng chance(5);
  for (int i = 0; i < 2000; ++i) {
    const double size = std::pow(10.0, chance.Uniform(-12, 280));
    const double low = chance.Uniform(-1, 1) * size;
    const Range range{low, low + std::pow(10.0, chance.Uniform(-4, 2)) * size};
    const auto unit = static_cast<Unit>(chance.Below(4));
    const std::vector<double> ticks = Ticks(range, unit, 5);
    ASSERT_LE(ticks.size(), 14U) << range.low << " " << range.high;
    for (std::size_t k = 0; k < ticks.size(); ++k) {
      ASSERT_GE(range.Share(ticks[k]), -1e-4);
      ASSERT_LE(range.Share(ticks[k]), 1 + 1e-4);
      ASSERT_TRUE(k == 0 || ticks[k - 1] < ticks[k]);
    }
    const Range rounded = Rounded(range, unit, 5);
    ASSERT_LE(rounded.low, range.low + 1e-5 * (range.high - range.low));
    ASSERT_GE(rounded.high, range.high - 1e-5 * (range.high - range.low));
    ASSERT_GE(Ticks(rounded, unit, 5).size(), 2U) << range.low << " " << range.high;
  }
}

TEST(Extent, GathersFiniteValues) {
  Extent extent;
  EXPECT_TRUE(extent.empty());
  for (const double value : {3.0, std::nan(""), -1.0, std::numeric_limits<double>::infinity(), 1e305}) {
    extent.Add(value);
  }
  EXPECT_EQ(extent.range().low, -1);
  EXPECT_EQ(extent.range().high, 3);
}

TEST(Extent, GivesARangeToNothingAndToOneValue) {
  EXPECT_EQ(Extent().range().low, 0);
  EXPECT_EQ(Extent().range().high, 1);
  for (const double value : {0.0, 5.0, -2e250, 1e-200}) {
    Extent one;
    one.Add(value);
    EXPECT_LT(one.range().low, value);
    EXPECT_GT(one.range().high, value);
  }
}

TEST(Range, SharesItsLength) {
  const Range range{10, 20};
  EXPECT_EQ(range.Share(10), 0);
  EXPECT_EQ(range.Share(15), 0.5);
  EXPECT_EQ(range.Share(30), 2);
}

TEST(ShowValue, ReadsInItsUnit) {
  EXPECT_EQ(ShowValue(12, Unit::kNumber), "12");
  EXPECT_EQ(ShowValue(12.3456, Unit::kNumber), "12.3");
  EXPECT_EQ(ShowValue(1234567, Unit::kNumber), "1.23M");
  EXPECT_EQ(ShowValue(0.5, Unit::kShare), "50.0 %");
  EXPECT_EQ(ShowValue(90, Unit::kSeconds), "1m 30s");
  EXPECT_EQ(ShowValue(1e20, Unit::kSeconds), "1e20 s");
  EXPECT_EQ(ShowValue(2048, Unit::kBytes), "2 KiB");
  EXPECT_EQ(ShowValue(std::nan(""), Unit::kSeconds), "–");
}

}  // namespace
}  // namespace propius
