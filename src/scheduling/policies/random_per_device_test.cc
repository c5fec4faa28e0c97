#include "scheduling/policies/random_per_device.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/matcher.h"
#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

TEST(RandomPerDevice, LetsDevicesDrawAmongAllJobsThoseThatTakeNoneTheSame) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2);
  seen.Add(5);
  seen.requests.erase(seen.requests.begin());
  Rng chance(1);
  const Plan plan = MakeRandomPerDevice()->MakePlan(seen.At(seen.now), chance);
  EXPECT_THAT(OrderOf(plan), ElementsAre(1, 2, 5));
  ASSERT_EQ(plan.groups.size(), 1U);
  EXPECT_TRUE(plan.groups[0].draw_one);
  EXPECT_TRUE(plan.terms.empty());
}

TEST(RandomPerDevice, WastesTheDrawsOfJobsThatCannotTakeTheDevice) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2, Constraint(Attributes::Make({{"cpu_f", 7}}, "needs").value()));
  seen.Add(3);
  seen.requests.pop_back();
  Rng chance(1);
  Matcher matcher(seen.supply, seen.experience);
  matcher.Load(MakeRandomPerDevice()->MakePlan(seen.At(seen.now), chance), seen.requests, seen.jobs);
  const Attributes nothing;
  const DeviceView weak{.atom = seen.supply.Locate(nothing), .hash = 0.5, .speed = {}, .attributes = &nothing};
  std::map<std::uint64_t, int> taken;
  int none = 0;
  for (int i = 0; i < 3'000; ++i) {
    const auto take = [&](std::size_t request) { return ++taken[seen.requests[request].job.value] > 0; };
    if (!matcher.Match(weak, seen.now, chance, take)) ++none;
  }
  // A third of the draws; 5 standard deviations are 130.
  EXPECT_NEAR(taken[1], 1'000, 130);
  EXPECT_EQ(taken.size(), 1U);
  EXPECT_NEAR(none, 2'000, 130);
}

TEST(RandomPerDevice, PlansNothingForNobody) {
  Rng chance(1);
  EXPECT_TRUE(OrderOf(*MakeRandomPerDevice(), SeenByPolicy(), chance).empty());
}

}  // namespace
}  // namespace propius
