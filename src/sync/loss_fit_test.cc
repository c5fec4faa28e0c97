#include "sync/loss_fit.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

TEST(LossFit, FindsTheCurveThatThreePointsLieOn) {
  for (const LossCurve& curve : {LossCurve{0.02, 0.5, 0.1}, {0.5, 2, 0}, {1e-3, 0.4, 0.25}}) {
    const auto at = [&](double t) { return 1 / (curve.slope * t + curve.start) + curve.floor; };
    const auto fit = FitLoss(at(0), at(30), at(60), 30);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->slope, curve.slope, curve.slope * 1e-6);
    EXPECT_NEAR(fit->start, curve.start, curve.start * 1e-6);
    EXPECT_NEAR(fit->floor, curve.floor, 1e-6);
    const double goal = curve.floor + 0.05;
    EXPECT_NEAR(at(1 / ProbeReward(0, 30, at(0), at(30), at(60), goal)), goal, 1e-6);
  }
}

TEST(LossFit, ProbesOfOneCurveAreWorthTheSameWhenever) {
  const auto at = [](double t) { return 1 / (0.02 * t + 0.5) + 0.1; };
  const double first = ProbeReward(0, 30, at(0), at(30), at(60), 0.3);
  EXPECT_NEAR(ProbeReward(120, 30, at(120), at(150), at(180), 0.3), first, first * 1e-6);
}

TEST(LossFit, HasNoCurveForWhatIsNotFallingEverMoreSlowly) {
  EXPECT_FALSE(FitLoss(1, 0.9, 0.8, 30)) << "straight";
  EXPECT_FALSE(FitLoss(1, 0.95, 0.8, 30)) << "falling ever faster";
  EXPECT_FALSE(FitLoss(1, 0.8, 0.9, 30));
  EXPECT_FALSE(FitLoss(1, 0.8, 0.7, 0));
  EXPECT_FALSE(FitLoss(std::nan(""), 0.8, 0.7, 30));
}

TEST(LossFit, RejectsAProbeWhoseLossRose) {
  EXPECT_EQ(ProbeReward(0, 60, 1.17, 1.25, 1.35, 1), -1);
  EXPECT_EQ(ProbeReward(0, 60, 1, 0.5, 1, 0.1), -1);
  EXPECT_EQ(ProbeReward(0, 60, std::nan(""), 0.5, 0.4, 0.1), -1);
}

TEST(LossFit, JudgesAFallThatIsNotConvexByAStraightLine) {
  EXPECT_NEAR(1 / ProbeReward(100, 30, 1.0, 0.9, 0.8, 0.5), 100 + 150, 1e-9);
  EXPECT_NEAR(1 / ProbeReward(0, 30, 1.0, 1.1, 0.8, 0.6), 120, 1e-9);
}

TEST(LossFit, GivesNothingForACurveThatNeverReachesTheGoal) {
  EXPECT_EQ(ProbeReward(0, 30, 1, 0.6, 0.5, 0.2), 0);
  EXPECT_EQ(ProbeReward(0, 30, 1, 0.6, 0.5, std::nan("")), 0);
}

TEST(LossFit, IsNeverNotANumberWhateverComes) {
  Rng chance(5);
  const double odd[] = {0,   -1,        1, 1e-300, 1e300, std::numeric_limits<double>::infinity(), std::nan(""),
                        0.3, 0.30000001};
  const auto draw = [&] { return chance.Chance(0.3) ? odd[chance.Below(std::size(odd))] : chance.Normal(); };
  for (int i = 0; i < 100'000; ++i) {
    const double reward = ProbeReward(draw(), draw(), draw(), draw(), draw(), draw());
    ASSERT_FALSE(std::isnan(reward));
    ASSERT_TRUE(reward >= 0 || reward == -1) << reward;
  }
}

}  // namespace
}  // namespace propius
