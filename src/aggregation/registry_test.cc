#include "aggregation/registry.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

class Registry : public testing::Test {
 protected:
  Registry() { AddBuiltinReducers(registry_); }

  ReducerRegistry registry_;
};

TEST_F(Registry, NamesItsReducersInOrder) {
  EXPECT_EQ(registry_.Names(), (std::vector<std::string>{"sum", "weighted_mean"}));
}

TEST_F(Registry, MakesAReducerByName) {
  const auto made = registry_.Make({"sum", {}}, {{"w", Dtype::kF32, {2}}});
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->count(), 0U);
}

TEST_F(Registry, RefusesAnUnknownNameAndSaysWhichItKnows) {
  const auto made = registry_.Make({"median", {}}, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(),
            (Error{Code::kInvalidArgument, "reducer: expected one of sum, weighted_mean, got \"median\""}));
}

TEST_F(Registry, RefusesOptionsThatAReducerDoesNotHave) {
  for (const std::string& name : registry_.Names()) {
    const auto made = registry_.Make({name, {{"clip", 1}}}, {});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), (Error{Code::kInvalidArgument, "reducer " + name + ": expected no options, got \"clip\""}));
  }
}

TEST_F(Registry, TakesFurtherReducers) {
  registry_.Add("other", [](const ReducerSpec& spec, const Manifest& manifest) -> Result<std::unique_ptr<Reducer>> {
    return Fail(Code::kInvalidArgument, spec.name + " of " + std::to_string(manifest.size()));
  });
  EXPECT_EQ(registry_.Make({"other", {}}, {{}, {}}).error().message, "other of 2");
}

TEST(RegistryDeathTest, HoldsAReducerUnderEachNameOnce) {
  ReducerRegistry registry;
  AddBuiltinReducers(registry);
  EXPECT_DEATH(AddBuiltinReducers(registry), "broken invariant");
}

}  // namespace
}  // namespace propius
