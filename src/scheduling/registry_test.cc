#include "scheduling/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PolicyRegistry, KnowsTheBuiltinPoliciesByName) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  EXPECT_THAT(registry.Names(), ElementsAre("fifo", "random", "srsf"));
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
  EXPECT_THAT(policy.error().message, HasSubstr("one of fifo, random, srsf, got \"irs\""));
}

TEST(PolicyRegistryDeath, RefusesANameTwice) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  EXPECT_DEATH(AddBuiltinPolicies(registry), "CHECK|emplace");
}

}  // namespace
}  // namespace propius
