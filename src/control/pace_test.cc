#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "control/client_desk.h"

namespace propius {
namespace {

TEST(PaceSteer, SpreadsThePopulationOverEnoughTimeForTheTargetRate) {
  Rng chance(3);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += Seconds(PaceSteer(20'000, 1'000, 1s, 1min, chance));
  EXPECT_NEAR(sum / 10'000, 20, 0.5);
}

TEST(PaceSteer, JittersByHalf) {
  Rng chance(3);
  std::vector<Duration> drawn;
  for (int i = 0; i < 10'000; ++i) drawn.push_back(PaceSteer(20'000, 1'000, 1s, 1min, chance));
  const auto [low, high] = std::ranges::minmax(drawn);
  EXPECT_GE(low, 10s);
  EXPECT_LT(low, 11s);
  EXPECT_LE(high, 30s);
  EXPECT_GT(high, 29s);
}

TEST(PaceSteer, StaysWithinTheLimitsAndStillJitters) {
  Rng chance(3);
  for (const std::int64_t population : {std::int64_t{0}, std::int64_t{1}, std::int64_t{100'000'000}}) {
    std::vector<Duration> drawn;
    for (int i = 0; i < 1'000; ++i) drawn.push_back(PaceSteer(population, 1'000, 1s, 1min, chance));
    const auto [low, high] = std::ranges::minmax(drawn);
    EXPECT_GE(low, 1s) << population;
    EXPECT_LE(high, 1min) << population;
    EXPECT_GT(high - low, 400ms) << population;
  }
}

TEST(PaceSteer, SurvivesATargetOfZeroAndLimitsThatCross) {
  Rng chance(3);
  EXPECT_LE(PaceSteer(10, 0, 1s, 1min, chance), 1min);
  EXPECT_EQ(PaceSteer(10, 1, 5s, 1s, chance), 5s);
}

}  // namespace
}  // namespace propius
