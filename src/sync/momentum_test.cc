#include "sync/momentum.h"

#include <limits>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Momentum, CountsExplicitMomentumIntoTheGain) {
  EXPECT_DOUBLE_EQ(TotalGain(1, 0), 1);
  EXPECT_DOUBLE_EQ(TotalGain(1, 0.6), 2.5);
  EXPECT_EQ(TotalGain(1, 1), std::numeric_limits<double>::infinity());
}

TEST(Momentum, IsWhatTheAuthorsPlotForEighteenWorkers) {
  EXPECT_NEAR(PlottedImplicitMomentum(18, 1), 0.459, 5e-4);
  EXPECT_NEAR(PlottedImplicitMomentum(18, 5), 0.145, 5e-4);
  EXPECT_NEAR(PlottedImplicitMomentum(18, 10), 0.078, 5e-4);
}

TEST(Momentum, OfOneWorkerIsNone) {
  EXPECT_DOUBLE_EQ(ImplicitMomentum(1, 100), 0);
  EXPECT_DOUBLE_EQ(ImplicitMomentum(0, 100), 0);
  EXPECT_DOUBLE_EQ(PlottedImplicitMomentum(18, 0), 1);
}

}  // namespace
}  // namespace propius
