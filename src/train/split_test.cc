#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "train/digits.h"

namespace propius {
namespace {

using Parts = std::vector<std::vector<std::size_t>>;

std::vector<std::uint8_t> EvenLabels(std::size_t images) {
  std::vector<std::uint8_t> labels(images);
  for (std::size_t i = 0; i < images; ++i) labels[i] = static_cast<std::uint8_t>(i % 10);
  return labels;
}

Parts Split(std::size_t images, std::size_t devices, double concentration, std::size_t min_samples,
            std::uint64_t seed = 1) {
  Rng chance(seed);
  return SplitBySkew(EvenLabels(images), devices, concentration, min_samples, chance);
}

// The mean over parts of the share of the part's most frequent label; labels are i % 10.
double Dominance(const Parts& parts) {
  double sum = 0;
  for (const std::vector<std::size_t>& part : parts) {
    std::array<double, 10> counts{};
    for (const std::size_t image : part) counts.at(image % 10) += 1;
    sum += *std::ranges::max_element(counts) / static_cast<double>(part.size());
  }
  return sum / static_cast<double>(parts.size());
}

TEST(SplitBySkew, GivesEachImageToAtMostOnePart) {
  const Parts parts = Split(6000, 60, 0.5, 20);
  ASSERT_EQ(parts.size(), 60U);
  std::set<std::size_t> seen;
  for (const std::vector<std::size_t>& part : parts) {
    EXPECT_GE(part.size(), 20U);
    for (const std::size_t image : part) {
      EXPECT_LT(image, 6000U);
      EXPECT_TRUE(seen.insert(image).second) << image;
    }
  }
  EXPECT_GE(seen.size(), 6000U - 60);  // rounding alone may leave some
}

TEST(SplitBySkew, RepeatsWithTheSeed) {
  EXPECT_EQ(Split(2000, 20, 0.5, 10, 7), Split(2000, 20, 0.5, 10, 7));
  EXPECT_NE(Split(2000, 20, 0.5, 10, 7), Split(2000, 20, 0.5, 10, 8));
}

TEST(SplitBySkew, SkewsLabelsTheMoreTheSmallerTheConcentration) {
  const double even = Dominance(Split(20000, 40, 1000, 50));
  const double skewed = Dominance(Split(20000, 40, 0.5, 50));
  const double extreme = Dominance(Split(20000, 40, 0.05, 50));
  EXPECT_LT(even, 0.2);
  EXPECT_GT(skewed, 0.3);
  EXPECT_GT(extreme, 0.6);
}

TEST(SplitBySkew, MakesPartsUnequal) {
  const Parts parts = Split(20000, 40, 0.5, 10);
  const auto [least, most] = std::ranges::minmax_element(parts, {}, &std::vector<std::size_t>::size);
  EXPECT_GT(most->size(), 3 * least->size());
}

TEST(SplitBySkew, LastPartsAreAsSkewedAsFirstOnes) {
  const Parts parts = Split(40000, 80, 0.5, 50);
  const double first = Dominance(Parts(parts.begin(), parts.begin() + 40));
  const double last = Dominance(Parts(parts.begin() + 40, parts.end()));
  EXPECT_NEAR(first, last, 0.12);
}

TEST(SplitBySkew, SharesEquallyWhenEveryImageIsNeeded) {
  for (const std::vector<std::size_t>& part : Split(100, 10, 0.1, 10)) EXPECT_EQ(part.size(), 10U);
  for (const std::vector<std::size_t>& part : Split(105, 10, 0.1, 1000)) EXPECT_GE(part.size(), 10U);
}

TEST(SplitBySkew, SurvivesTooFewImagesAndTooFewParts) {
  EXPECT_TRUE(Split(100, 0, 0.5, 1).empty());
  const Parts nothing = Split(0, 3, 0.5, 1);
  ASSERT_EQ(nothing.size(), 3U);
  for (const std::vector<std::size_t>& part : nothing) EXPECT_TRUE(part.empty());
  std::size_t given = 0;
  for (const std::vector<std::size_t>& part : Split(2, 5, 0.5, 3)) given += part.size();
  EXPECT_LE(given, 2U);
  EXPECT_EQ(Split(50, 1, 0.5, 1)[0].size(), 50U);
}

}  // namespace
}  // namespace propius
