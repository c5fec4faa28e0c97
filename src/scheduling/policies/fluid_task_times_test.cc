#include "scheduling/policies/fluid_task_times.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr TaskWork kWork{.samples = 1'000, .kilobits = 10'000};

TierProfile Devices(Duration slowest, int count = 100) {
  TierProfile devices;
  for (int i = 1; i <= count; ++i) devices.Record(slowest * i / count, 1s);
  return devices;
}

TEST(FluidTaskTimes, KnowNothingAtFirst) {
  FluidTaskTimes times;
  EXPECT_EQ(times.ThreeOfFive(kWork), 0);
  EXPECT_EQ(times.FourOfFive(kWork), 0);
  EXPECT_FALSE(times.Learn(Devices(100s, 99), kWork, true));
  EXPECT_EQ(times.ThreeOfFive(kWork), 0);
}

TEST(FluidTaskTimes, AreThoseOfTheDevicesLearnedFrom) {
  FluidTaskTimes times;
  EXPECT_TRUE(times.Learn(Devices(100s), kWork, true));
  EXPECT_NEAR(times.ThreeOfFive(kWork), 60, 1.01);
  EXPECT_NEAR(times.FourOfFive(kWork), 80, 1.01);
}

TEST(FluidTaskTimes, GrowWithTheWork) {
  FluidTaskTimes times;
  times.Learn(Devices(100s), kWork, true);
  const TaskWork twice{.samples = 2 * kWork.samples, .kilobits = 2 * kWork.kilobits};
  EXPECT_NEAR(times.ThreeOfFive(twice), 2 * times.ThreeOfFive(kWork), 1e-6);
  EXPECT_EQ(times.FourOfFive({}), 0) << "work that is not stated";
}

TEST(FluidTaskTimes, AreAMeanOfTheLastJobs) {
  FluidTaskTimes times;
  times.Learn(Devices(100s), kWork, true);
  times.Learn(Devices(200s), kWork, true);
  EXPECT_NEAR(times.FourOfFive(kWork), 120, 2);
  for (int job = 0; job < 200; ++job) times.Learn(Devices(300s), kWork, true);
  EXPECT_NEAR(times.FourOfFive(kWork), 240, 4);
}

TEST(FluidTaskTimes, OfFourAreNotLearnedFromWhatOthersLeave) {
  FluidTaskTimes times;
  EXPECT_TRUE(times.Learn(Devices(100s), kWork, false));
  EXPECT_GT(times.ThreeOfFive(kWork), 0);
  EXPECT_EQ(times.FourOfFive(kWork), 0);
}

}  // namespace
}  // namespace propius
