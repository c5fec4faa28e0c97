#include "store/profiles.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

Attributes Of(std::vector<Attribute> entries) { return Attributes::Make(std::move(entries), "test").value(); }

TEST(Profiles, KeepsAlikeAttributesOnce) {
  Profiles profiles;
  const auto fast = profiles.Join(Of({{"cpu_f", 8}, {"ram_gb", 4}}));
  EXPECT_EQ(profiles.Join(Of({{"ram_gb", 4}, {"cpu_f", 8}})), fast);
  EXPECT_NE(profiles.Join(Of({{"cpu_f", 8}})), fast);
  EXPECT_NE(profiles.Join(Of({{"cpu_f", 8}, {"ram_gb", 5}})), fast);
  EXPECT_NE(profiles.Join(Of({})), fast);
  EXPECT_EQ(profiles.Count(), 4U);
  EXPECT_EQ(profiles.Get(fast), Of({{"cpu_f", 8}, {"ram_gb", 4}}));
}

TEST(Profiles, TakesMinusZeroForZero) {
  Profiles profiles;
  EXPECT_EQ(profiles.Join(Of({{"os", -0.0}})), profiles.Join(Of({{"os", 0.0}})));
}

TEST(Profiles, CountsTheDevicesOfTheProfilesThatMeetAConstraint) {
  Profiles profiles;
  for (int i = 0; i < 3; ++i) profiles.Join(Of({{"cpu_f", 8}}));
  for (int i = 0; i < 2; ++i) profiles.Join(Of({{"cpu_f", 4}}));
  profiles.Join(Of({{"ram_gb", 16}}));
  EXPECT_EQ(profiles.DevicesThatMeet(Constraint()), 6);
  EXPECT_EQ(profiles.DevicesThatMeet(Constraint(Of({{"cpu_f", 4}}))), 5);
  EXPECT_EQ(profiles.DevicesThatMeet(Constraint(Of({{"cpu_f", 5}}))), 3);
  EXPECT_EQ(profiles.DevicesThatMeet(Constraint(Of({{"cpu_f", 9}}))), 0);
}

TEST(Profiles, ForgetsAProfileWhenItsLastDeviceLeaves) {
  Profiles profiles;
  const auto number = profiles.Join(Of({{"cpu_f", 8}}));
  profiles.Join(Of({{"cpu_f", 8}}));
  profiles.Leave(number);
  EXPECT_EQ(profiles.Count(), 1U);
  profiles.Leave(number);
  EXPECT_EQ(profiles.Count(), 0U);
  EXPECT_EQ(profiles.DevicesThatMeet(Constraint()), 0);
  EXPECT_EQ(profiles.Join(Of({{"ram_gb", 1}})), number);
  EXPECT_EQ(profiles.Get(number), Of({{"ram_gb", 1}}));
}

TEST(ProfilesDeathTest, EndsTheProcessWhenMoreDevicesLeaveThanJoined) {
  Profiles profiles;
  const auto number = profiles.Join(Of({{"cpu_f", 8}}));
  profiles.Leave(number);
  EXPECT_DEATH(profiles.Leave(number), "broken invariant");
}

}  // namespace
}  // namespace propius
