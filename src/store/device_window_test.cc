#include "store/device_window.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

Attributes Cpu(double cpu) { return Attributes::Make({{"cpu_f", cpu}}, "test").value(); }
Constraint NeedsCpu(double cpu) { return Constraint(Cpu(cpu)); }
Time At(Duration since_start) { return Time(since_start); }
constexpr DeviceId kPhone{11};
constexpr DeviceId kTablet{12};

TEST(DeviceWindow, IsEmptyAtFirst) {
  DeviceWindow window(10s);
  EXPECT_EQ(window.Size(), 0);
  EXPECT_EQ(window.SubsetSize(Constraint()), 0);
  EXPECT_EQ(window.Proportion(Constraint()), 0.0);
  EXPECT_EQ(window.Find(kPhone, At(0s)), nullptr);
  EXPECT_FALSE(window.Touch(kPhone, At(0s)));
  window.Age(At(1h));
  EXPECT_EQ(window.span(), 10s);
}

TEST(DeviceWindow, KnowsTheAttributesOfADeviceThatCheckedIn) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(8), At(0s));
  ASSERT_NE(window.Find(kPhone, At(1s)), nullptr);
  EXPECT_EQ(*window.Find(kPhone, At(1s)), Cpu(8));
  EXPECT_EQ(window.Find(kTablet, At(1s)), nullptr);
}

TEST(DeviceWindow, ForgetsADeviceOnceItWasSilentForTheSpan) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(8), At(0s));
  EXPECT_NE(window.Find(kPhone, At(10s - 1us)), nullptr);
  EXPECT_EQ(window.Find(kPhone, At(10s)), nullptr);
  window.Age(At(10s - 1us));
  EXPECT_EQ(window.Size(), 1);
  window.Age(At(10s));
  EXPECT_EQ(window.Size(), 0);
  EXPECT_FALSE(window.Touch(kPhone, At(10s)));
}

TEST(DeviceWindow, KeepsADeviceThatIsHeardAgain) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(8), At(0s));
  window.CheckIn(kTablet, Cpu(8), At(1s));
  EXPECT_TRUE(window.Touch(kPhone, At(9s)));
  window.Age(At(12s));
  EXPECT_NE(window.Find(kPhone, At(12s)), nullptr);
  EXPECT_EQ(window.Find(kTablet, At(12s)), nullptr);
  EXPECT_EQ(window.Size(), 1);
}

TEST(DeviceWindow, AgesByItselfWhenADeviceIsHeard) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(8), At(0s));
  window.CheckIn(kTablet, Cpu(8), At(10s));
  EXPECT_EQ(window.Size(), 1);
  EXPECT_FALSE(window.Touch(kPhone, At(21s)));
  EXPECT_EQ(window.Size(), 0);
}

TEST(DeviceWindow, CountsADeviceOnceWithItsLatestAttributes) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(4), At(0s));
  window.CheckIn(kPhone, Cpu(8), At(1s));
  window.CheckIn(kTablet, Cpu(2), At(1s));
  EXPECT_EQ(window.Size(), 2);
  EXPECT_EQ(window.SubsetSize(NeedsCpu(8)), 1);
  EXPECT_EQ(window.SubsetSize(NeedsCpu(3)), 1);
  EXPECT_EQ(window.Proportion(NeedsCpu(3)), 0.5);
  window.CheckIn(kPhone, Cpu(1), At(2s));
  EXPECT_EQ(window.SubsetSize(NeedsCpu(3)), 0);
}

TEST(DeviceWindow, TakesTheAttributesThatItGaveItself) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(4), At(0s));
  window.CheckIn(kTablet, Cpu(8), At(0s));
  window.CheckIn(kTablet, *window.Find(kPhone, At(1s)), At(1s));
  window.CheckIn(kPhone, *window.Find(kPhone, At(1s)), At(1s));
  EXPECT_EQ(window.SubsetSize(NeedsCpu(4)), 2);
  EXPECT_EQ(window.SubsetSize(NeedsCpu(5)), 0);
}

TEST(DeviceWindow, StaysInOrderWhenTimeStepsBack) {
  DeviceWindow window(10s);
  window.CheckIn(kPhone, Cpu(4), At(5s));
  window.CheckIn(kTablet, Cpu(4), At(3s));
  window.Age(At(14s));
  EXPECT_EQ(window.Size(), 2);
  window.Age(At(15s));
  EXPECT_EQ(window.Size(), 0);
}

TEST(DeviceWindow, CountsNoDeviceOfAnEmptySpan) {
  DeviceWindow window(0s);
  window.CheckIn(kPhone, Cpu(4), At(5s));
  EXPECT_EQ(window.Find(kPhone, At(5s)), nullptr);
  window.Age(At(5s));
  EXPECT_EQ(window.Size(), 0);
}

TEST(DeviceWindow, TakesNoMoreDevicesThanItMayHold) {
  DeviceWindow window(10s, {.devices = 2});
  window.CheckIn(kPhone, Cpu(4), At(0s));
  window.CheckIn(kTablet, Cpu(4), At(5s));
  const Status refused = window.Admit(DeviceId{13}, Cpu(4), At(6s));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_EQ(refused.error().message,
            "device_id: expected a device that the site knows, for it takes no more than 2 at a time; check in later");
  EXPECT_TRUE(window.Admit(kPhone, Cpu(5), At(6s))) << "known";
  EXPECT_TRUE(window.Admit(DeviceId{13}, Cpu(4), At(10s))) << "one has aged out";
}

TEST(DeviceWindow, TakesNoMoreProfilesThanItMayHold) {
  DeviceWindow window(10s, {.profiles = 2});
  window.CheckIn(kPhone, Cpu(4), At(0s));
  window.CheckIn(kTablet, Cpu(8), At(0s));
  EXPECT_TRUE(window.Admit(DeviceId{13}, Cpu(8), At(1s)));
  EXPECT_EQ(window.Admit(DeviceId{13}, Cpu(9), At(1s)).error().code, Code::kResourceExhausted);
  EXPECT_EQ(window.Admit(kPhone, Cpu(9), At(1s)).error().code, Code::kResourceExhausted);
}

// Against a map that is searched from end to end.
TEST(DeviceWindow, AgreesWithAPlainListUnderRandomUse) {
  Rng rng(7);
  DeviceWindow window(30s);
  std::map<DeviceId, std::pair<double, Time>> plain;
  Time now;
  for (int step = 0; step < 20'000; ++step) {
    now += Duration(static_cast<std::int64_t>(rng.Below(1'000'000)));
    std::erase_if(plain, [&](const auto& entry) { return now - entry.second.second >= 30s; });
    const DeviceId device{1 + rng.Below(100)};
    const bool known = plain.contains(device);
    switch (rng.Below(3)) {
      case 0: {
        const auto cpu = static_cast<double>(rng.Below(5));
        window.CheckIn(device, Cpu(cpu), now);
        plain[device] = {cpu, now};
        break;
      }
      case 1:
        ASSERT_EQ(window.Touch(device, now) != nullptr, known);
        if (known) plain[device].second = now;
        break;
      default: {
        const Attributes* found = window.Find(device, now);
        ASSERT_EQ(found != nullptr, known);
        if (known) {
          ASSERT_EQ(*found, Cpu(plain[device].first));
        }
        window.Age(now);
      }
    }
    ASSERT_EQ(window.Size(), static_cast<std::int64_t>(plain.size()));
    if (step % 16 != 0) continue;
    const auto bound = static_cast<double>(rng.Below(6));
    const auto meets = [&](const auto& entry) { return entry.second.first >= bound; };
    ASSERT_EQ(window.SubsetSize(NeedsCpu(bound)), std::ranges::count_if(plain, meets));
  }
}

}  // namespace
}  // namespace propius
