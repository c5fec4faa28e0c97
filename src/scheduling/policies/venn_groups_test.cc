#include "scheduling/policies/venn_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;

Attributes Device(double cpu) { return *Attributes::Make({{"cpu_f", cpu}}, "device"); }
Constraint Cpu(double least) { return Constraint(Device(least)); }

void Count(SeenByPolicy& seen, double cpu, int times) {
  for (int i = 0; i < times; ++i) seen.supply.Count(seen.supply.Locate(Device(cpu)), Time(i * 1s));
}

TEST(VennGroups, ComeInAscendingOrderOfTheirSupply) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2, Cpu(8));
  seen.Add(3, Cpu(4));
  seen.Add(4, Cpu(8));
  Count(seen, 1, 11);
  Count(seen, 5, 11);
  Count(seen, 9, 11);
  const VennGroups grouped = GroupByDevices(seen.At(seen.now));
  EXPECT_THAT(grouped.group_of, ElementsAre(2, 0, 1, 0));
  ASSERT_EQ(grouped.groups.size(), 3U);
  EXPECT_NEAR(grouped.groups[0].supply, 1.1, 1e-9);
  EXPECT_NEAR(grouped.groups[1].supply, 2.2, 1e-9);
  EXPECT_NEAR(grouped.groups[2].supply, 3.3, 1e-9);
}

TEST(VennGroups, AreByDevicesAndNotByTheWordsOfAConstraint) {
  SeenByPolicy seen;
  seen.Add(1, Cpu(2));
  seen.Add(2, Cpu(3));
  seen.Add(3, Cpu(4));
  Count(seen, 1, 10);
  Count(seen, 3.5, 10);
  // No device has 2 and not 3.
  EXPECT_THAT(GroupByDevices(seen.At(seen.now)).group_of, ElementsAre(1, 1, 0));
  Count(seen, 2.5, 1);
  EXPECT_THAT(GroupByDevices(seen.At(seen.now)).group_of, ElementsAre(2, 1, 0));
}

TEST(VennGroups, OfEqualSupplyButOtherDevicesStayApart) {
  SeenByPolicy seen;
  seen.Add(1, Constraint(*Attributes::Make({{"a", 1}}, "bounds")));
  seen.Add(2, Constraint(*Attributes::Make({{"b", 1}}, "bounds")));
  for (const char* name : {"a", "b"}) {
    seen.supply.Count(seen.supply.Locate(*Attributes::Make({{name, 1}}, "device")), Time(0s));
  }
  EXPECT_THAT(GroupByDevices(seen.At(seen.now)).group_of, ElementsAre(0, 1));
}

TEST(VennGroups, AreOneBeforeAnyDeviceWasSeen) {
  SeenByPolicy seen;
  seen.Add(1, Cpu(2));
  seen.Add(2, Cpu(3));
  EXPECT_THAT(GroupByDevices(seen.At(seen.now)).group_of, ElementsAre(0, 0));
  seen.requests.clear();
  EXPECT_TRUE(GroupByDevices(seen.At(seen.now)).groups.empty());
}

}  // namespace
}  // namespace propius
