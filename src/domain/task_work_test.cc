#include "domain/task_work.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(TaskTime, AddsTrainingAndTransfer) {
  EXPECT_EQ(TaskTime({.samples = 500, .kilobits = 8'000}, {.ms_per_sample = 10, .kbps = 1'000}), 13s);
  EXPECT_EQ(TaskTime({.samples = 500}, {.ms_per_sample = 10}), 5s);
  EXPECT_EQ(TaskTime({.kilobits = 8'000}, {.kbps = 1'000}), 8s);
}

TEST(TaskTime, IsUnknownWhereJobOrDeviceSaysNothing) {
  EXPECT_EQ(TaskTime({}, {.ms_per_sample = 10, .kbps = 1'000}), std::nullopt);
  EXPECT_EQ(TaskTime({.samples = 500}, {.kbps = 1'000}), std::nullopt);
  EXPECT_EQ(TaskTime({.samples = 500, .kilobits = 1}, {.ms_per_sample = 10}), std::nullopt);
}

TEST(DeviceSpeed, IsReadFromPublicAttributes) {
  const Attributes device = Attributes::Make({{"kbps", 5'000}, {"ms_per_sample", 12.5}, {"ram_gb", 8}}, "d").value();
  EXPECT_EQ(DeviceSpeed::Of(device), (DeviceSpeed{.ms_per_sample = 12.5, .kbps = 5'000}));
  EXPECT_EQ(DeviceSpeed::Of({}), DeviceSpeed{});
}

}  // namespace
}  // namespace propius
