#include "scheduling/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PolicyRegistry, KnowsTheBuiltinPoliciesByName) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  EXPECT_THAT(registry.Names(),
              ElementsAre("fair_share", "fifo", "fluid", "las", "partitioned", "random", "random_per_device", "srsf",
                          "srsf_total", "static_partition", "venn", "venn_released"));
  for (const std::string& name : registry.Names()) {
    const auto policy = registry.Make(name);
    ASSERT_TRUE(policy) << name;
    EXPECT_NE(*policy, nullptr) << name;
  }
}

TEST(PolicyRegistry, RefusesAnUnknownNameAndListsTheKnownOnes) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  const auto policy = registry.Make("irs");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().code, Code::kInvalidArgument);
  EXPECT_THAT(policy.error().message,
              AllOf(HasSubstr("one of fair_share, fifo, "), HasSubstr("venn_released, got \"irs\"")));
}

TEST(PolicyRegistry, RefusesOptionsThatNoPolicyCanWorkWith) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  const auto policy = registry.Make("fifo", {.tiers = 0});
  ASSERT_FALSE(policy);
  EXPECT_THAT(policy.error().message, HasSubstr("tiers: expected 1 to 64"));
}

TEST(PolicyRegistry, MakesAPolicyOfPartsOfAnyOtherPolicy) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  for (const std::string& name : registry.Names()) {
    EXPECT_EQ(registry.Make("partitioned", {.inner = name}).has_value(), name != "partitioned") << name;
  }
  const auto unknown = registry.Make("partitioned", {.inner = "irs"});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("policy partitioned: inner policy: expected one of fair_share, "));
}

TEST(PolicyRegistry, PlansPartsAlikeWithAndWithoutWorkersWhateverTheirPolicy) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  const auto workers = MakeThreadWorkers(3);
  SeenByPolicy seen;
  Rng draw(2);
  for (std::uint64_t id = 1; id <= 40; ++id) {
    const auto needs = Attributes::Make({{"cpu_f", static_cast<double>(draw.Below(4))}}, "needs").value();
    const auto added = seen.Add(id, Constraint(needs));
    added.job.work.samples = 500;
    added.job.attained_service = draw.Below(1'000);
    added.request.remaining = static_cast<std::uint32_t>(1 + draw.Below(30));
    seen.experience.RoundOpened({added.request.job, added.request.round}, 10, 10, seen.now + 10min, seen.now);
  }
  for (double cpu_f = 0; cpu_f < 5; ++cpu_f) {
    seen.supply.Count(seen.supply.Locate(Attributes::Make({{"cpu_f", cpu_f}}, "device").value()), seen.now);
  }
  for (const std::string& name : registry.Names()) {
    if (name == "partitioned") continue;
    Rng a(1);
    Rng b(1);
    const auto alone = registry.Make("partitioned", {.inner = name}).value();
    const auto helped = registry.Make("partitioned", {.inner = name, .workers = workers.get()}).value();
    for (int i = 0; i < 3; ++i) {
      const Plan plan = alone->MakePlan(seen.At(seen.now), a);
      const Plan same = helped->MakePlan(seen.At(seen.now), b);
      EXPECT_EQ(OrderOf(plan), OrderOf(same)) << name;
      EXPECT_EQ(plan.terms.size(), same.terms.size()) << name;
    }
  }
}

TEST(PolicyRegistryDeath, RefusesANameTwice) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  EXPECT_DEATH(AddBuiltinPolicies(registry), "CHECK|emplace");
}

}  // namespace
}  // namespace propius
