#include "sync_sim/edge_fleet.h"

#include <cmath>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(EdgeFleet, HasTheHeterogeneityThatWasAskedFor) {
  for (const std::size_t workers : {2U, 3U, 18U, 36U, 72U, 500U}) {
    for (const double h : {1.45, 2.0, 2.6, 3.2}) {
      const auto times = StepTimesFor(workers, h);
      if (!times) continue;
      EXPECT_EQ(times->size(), workers);
      EXPECT_NEAR(Heterogeneity(*times), h, 1e-4);
    }
  }
}

TEST(EdgeFleet, OfEighteenHasSevenSlowWorkers) {
  const auto times = StepTimesFor(18, 2.0);
  ASSERT_TRUE(times);
  EXPECT_EQ((*times)[3], 500ms);
  EXPECT_EQ((*times)[4], 600ms);
  EXPECT_NEAR(Seconds((*times)[11]), 1.4746, 1e-3);
  EXPECT_EQ(SlowWorkers(18), 7U);
  EXPECT_NEAR(Seconds(StepTimesFor(18, 3.2)->back()), 2.573, 1e-3);
}

TEST(EdgeFleet, OfOneSpeedIsAllAlike) {
  EXPECT_DOUBLE_EQ(Heterogeneity(*StepTimesFor(18, 1)), 1);
  EXPECT_FALSE(StepTimesFor(18, 1.01)) << "the slow ones would have to be faster than the others";
  EXPECT_FALSE(StepTimesFor(1, 2));
}

TEST(EdgeFleet, DrawsStepsAroundTheirMean) {
  EdgeFleet fleet{.step_times = {1s, 2s}, .jitter = 0.1, .commit_times = {}, .changes = {{10s, 1, 3}}};
  Rng chance(1);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double drawn = Seconds(fleet.DrawStep(1, 0s, 1, chance));
    sum += drawn;
    squares += drawn * drawn;
  }
  EXPECT_NEAR(sum / 20'000, 2, 0.01);
  EXPECT_NEAR(std::sqrt(squares / 20'000 - 4), 0.2, 0.05);
  fleet.jitter = 0;
  EXPECT_EQ(fleet.DrawStep(1, 10s, 0.5, chance), 3s) << "half a batch, three times as slow";
  EXPECT_EQ(fleet.DrawStep(0, 10s, 1, chance), 1s) << "only the last one slows down";
}

}  // namespace
}  // namespace propius
