#include "sync_sim/goal_watch.h"

#include <limits>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(GoalWatch, IsReachedBySoManyTestsInARowAndSaysWhichIsTheFirst) {
  GoalWatch watch(0.5, 2);
  EXPECT_FALSE(watch.Note(0.6));
  EXPECT_TRUE(watch.Note(0.5));
  EXPECT_FALSE(watch.reached());
  EXPECT_FALSE(watch.Note(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(watch.Note(0.4));
  EXPECT_FALSE(watch.reached());
  EXPECT_FALSE(watch.Note(0.4));
  EXPECT_TRUE(watch.reached());
}

TEST(GoalWatch, IsNeverReachedWithoutAGoal) {
  GoalWatch watch(0, 1);
  EXPECT_FALSE(watch.Note(0));
  EXPECT_FALSE(watch.reached());
}

}  // namespace
}  // namespace propius
