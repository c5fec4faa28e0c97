#include "sync_sim/examples.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "sync_sim/learning_task.h"

namespace propius {
namespace {

TEST(Examples, LeaveOutZerosAndKeepTheirOrder) {
  Examples examples(4);
  examples.Add(std::vector<float>{0, 1, 0, 2}, 7);
  examples.Add(std::vector<float>{0, 0, 0, 0}, 3);
  examples.Add(std::vector<float>{5, 0, 0, 0}, 1);
  ASSERT_EQ(examples.size(), 3U);
  EXPECT_EQ(examples.Row(0).size, 4U) << "a whole group";
  EXPECT_EQ(examples.Row(0).values[2], 0);
  EXPECT_EQ(examples.Row(0).columns[1], 3);
  EXPECT_EQ(examples.Row(0).values[1], 2);
  EXPECT_EQ(examples.Row(1).size, 0U);
  const Examples some = examples.EveryNth(0, 2);
  ASSERT_EQ(some.size(), 2U);
  EXPECT_EQ(some.label(1), 1);
  EXPECT_EQ(some.Row(1).values[0], 5);
}

TEST(Examples, PoolImagesSoThatAnEvenSurfaceKeepsItsNorm) {
  EXPECT_EQ(PoolImages(std::vector<float>(16, 3), 4), (std::vector<float>(4, 6)));
  const std::vector<float> images{1, 2, 3, 4, 10, 20, 30, 40};
  EXPECT_EQ(PoolImages(images, 2), (std::vector<float>{5, 50}));
}

TEST(Examples, DrawTheSameCloudsAroundTheSameCentres) {
  Rng one(1);
  Rng other(1);
  const Examples a = DrawClouds(50, 8, 3, 0.5, 9, one);
  const Examples b = DrawClouds(50, 8, 3, 0.5, 9, other);
  EXPECT_EQ(a.Labels(), b.Labels());
  EXPECT_EQ(a.Row(49).values[0], b.Row(49).values[0]);
}

TEST(Shards, DealAllRowsOnce) {
  Rng chance(1);
  for (const Shards& shards :
       {DealRows(100, 7, chance), SkewByDirichlet(std::vector<std::uint8_t>(100, 2), 7, 0.05, chance)}) {
    std::vector<int> seen(100);
    for (const auto& part : shards) {
      EXPECT_FALSE(part.empty());
      for (const std::uint32_t row : part) ++seen[row];
    }
    EXPECT_EQ(seen, std::vector<int>(100, 1));
  }
}

TEST(Shards, GiveHighLabelsOnlyToTheSlow) {
  Rng chance(1);
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 200; ++i) labels.push_back(static_cast<std::uint8_t>(i % 10));
  const Shards shards = SkewBySpeed(labels, 6, 2, 7, chance);
  for (std::size_t worker = 0; worker < 6; ++worker) {
    EXPECT_FALSE(shards[worker].empty());
    for (const std::uint32_t row : shards[worker]) EXPECT_EQ(labels[row] >= 7, worker >= 4);
  }
}

TEST(Shards, AreMoreSkewedWithASmallerConcentration) {
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 5000; ++i) labels.push_back(static_cast<std::uint8_t>(i % 10));
  const auto largest_share = [&](double concentration) {
    Rng chance(3);
    double sum = 0;
    for (const auto& part : SkewByDirichlet(labels, 10, concentration, chance)) {
      std::vector<double> counts(10);
      for (const std::uint32_t row : part) ++counts[labels[row]];
      sum += *std::ranges::max_element(counts) / static_cast<double>(part.size());
    }
    return sum / 10;
  };
  EXPECT_GT(largest_share(0.1), 0.4);
  EXPECT_LT(largest_share(100), 0.2);
}

}  // namespace
}  // namespace propius
