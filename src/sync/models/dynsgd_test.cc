#include "sync/models/dynsgd.h"

#include <gtest/gtest.h>

#include "sync/testing.h"

namespace propius {
namespace {

TEST(Dynsgd, DividesAnUpdateByHowStaleItIs) {
  const auto model = MakeDynsgd({.steps = 5});
  SyncScene scene{1};
  scene.version = 12;
  scene[0].pulled_version = 12;
  EXPECT_DOUBLE_EQ(model->Apply(scene.Look(), scene[0], {}).weight, 1);
  scene[0].pulled_version = 9;
  EXPECT_DOUBLE_EQ(model->Apply(scene.Look(), scene[0], {}).weight, 0.25);
  EXPECT_EQ(model->NextWork(scene.Look(), scene[0]).until, Directive(TrainSteps{5}));
}

}  // namespace
}  // namespace propius
