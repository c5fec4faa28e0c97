#include "sync/registry.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

SyncRegistry Builtin() {
  SyncRegistry registry;
  AddBuiltinSyncModels(registry);
  return registry;
}

TEST(SyncRegistry, MakesEveryModelThatItLists) {
  const SyncRegistry registry = Builtin();
  EXPECT_EQ(registry.Names().size(), 11U);
  for (const std::string& name : registry.Names()) {
    const auto model = registry.Make({name, {}}, {});
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_TRUE((*model)->name() == name || (*model)->name() == "batch_tune:bsp");
    EXPECT_GT((*model)->ServerGain(), 0);
  }
}

TEST(SyncRegistry, NamesTheKnownModelsToWhoeverMistypes) {
  const auto error = Builtin().Make({"adps", {}}, {}).error();
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_NE(error.message.find("adsp, asp, bsp"), std::string::npos);
}

TEST(SyncRegistry, RefusesBadSettingsOfAModelAndOfOneInside) {
  const SyncRegistry registry = Builtin();
  EXPECT_FALSE(registry.Make(*ParseSyncChoice("adsp:rate=0"), {}));
  EXPECT_FALSE(registry.Make(*ParseSyncChoice("bsp:tau=3"), {}));
  EXPECT_TRUE(registry.Make(*ParseSyncChoice("batch_tune:inner=fixed_adacomm:tau=3"), {}));
  EXPECT_FALSE(registry.Make(*ParseSyncChoice("batch_tune:inner=fixed_adacomm:rate=3"), {}));
  EXPECT_FALSE(registry.Make(*ParseSyncChoice("batch_tune:inner=batch_tune"), {}));
}

TEST(SyncRegistry, RefusesASearchWithoutAGoal) {
  const auto made = Builtin().Make(*ParseSyncChoice("adsp:search=1"), {.goal = 0});
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("goal"), std::string::npos);
  EXPECT_TRUE(Builtin().Make(*ParseSyncChoice("adsp:search=1"), {.goal = 0.3}));
}

}  // namespace
}  // namespace propius
