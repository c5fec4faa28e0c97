#include "sync/models/batch_tune.h"

#include <gtest/gtest.h>

#include "sync/models/bsp.h"
#include "sync/testing.h"

namespace propius {
namespace {

TEST(BatchTune, GivesFastWorkersMoreImages) {
  const auto model = MakeBatchTune({.workers = 3, .gamma = 60s, .batch = 32}, MakeBsp());
  SyncScene scene{5, 5, 5};
  scene[0].step_time = 500ms;
  scene[1].step_time = 500ms;
  scene[2].step_time = 2s;
  model->Begin(scene.Look());
  EXPECT_EQ(model->NextWork(scene.Look(), scene[0]).batch, 32U);
  scene.now = Time(60s);
  model->Tick(scene.Look());
  EXPECT_EQ(model->NextWork(scene.Look(), scene[0]).batch, 42U) << "floor(32 * 3 * 64 / 144)";
  EXPECT_EQ(model->NextWork(scene.Look(), scene[2]).batch, 10U);
}

TEST(BatchTune, MeasuresSpeedInImagesNotInSteps) {
  const auto model = MakeBatchTune({.workers = 2, .batch = 32}, MakeBsp());
  SyncScene scene{5, 5};
  scene[0].step_time = 1s;
  scene[0].batch = 48;
  scene[1].step_time = 1s;
  scene[1].batch = 16;
  scene.now = Time(60s);
  model->Tick(scene.Look());
  EXPECT_EQ(model->NextWork(scene.Look(), scene[0]).batch, 48U) << "they are even already";
  EXPECT_EQ(model->NextWork(scene.Look(), scene[1]).batch, 16U);
}

TEST(BatchTune, GivesTheSlowestOneImageAtLeast) {
  const auto model = MakeBatchTune({.workers = 2, .batch = 4}, MakeBsp());
  SyncScene scene{5, 5};
  scene[0].step_time = 1ms;
  scene[1].step_time = 10s;
  scene.now = Time(60s);
  model->Tick(scene.Look());
  EXPECT_EQ(model->NextWork(scene.Look(), scene[1]).batch, 1U);
}

}  // namespace
}  // namespace propius
