#include "sync/models/ssp.h"

#include <gtest/gtest.h>

#include "sync/testing.h"

namespace propius {
namespace {

TEST(Ssp, HoldsWhoeverIsItsBoundAhead) {
  const auto model = MakeSsp({.workers = 3}, {.bound = 3});
  SyncScene scene{4, 6, 7};
  EXPECT_TRUE(model->MayProceed(scene.Look(), scene[0]));
  EXPECT_TRUE(model->MayProceed(scene.Look(), scene[1]));
  EXPECT_FALSE(model->MayProceed(scene.Look(), scene[2]));
  scene[0].active = false;
  EXPECT_TRUE(model->MayProceed(scene.Look(), scene[2])) << "nobody waits for one that has left";
}

TEST(Ssp, PullsEveryTimeUnlessItIsLazy) {
  SyncScene scene{9};
  scene[0].seen_lowest = 8;
  EXPECT_TRUE(MakeSsp({}, {})->NextWork(scene.Look(), scene[0]).pull);
  const auto lazy = MakeSsp({}, {.bound = 3, .lazy_pull = true});
  EXPECT_FALSE(lazy->NextWork(scene.Look(), scene[0]).pull);
  scene[0].seen_lowest = 6;
  EXPECT_TRUE(lazy->NextWork(scene.Look(), scene[0]).pull);
  scene[0].commits = 0;
  scene[0].seen_lowest = 9;
  EXPECT_TRUE(lazy->NextWork(scene.Look(), scene[0]).pull) << "the first parameters";
}

}  // namespace
}  // namespace propius
