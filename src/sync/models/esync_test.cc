#include "sync/models/esync.h"

#include <gtest/gtest.h>

#include "sync/testing.h"

namespace propius {
namespace {

std::uint32_t StepsOf(SyncModel& model, const SyncScene& scene, WorkerId id) {
  return std::get<TrainSteps>(model.NextWork(scene.Look(), scene.workers.at(id)).until).count;
}

TEST(Esync, FillsTheRoundOfTheSlowest) {
  const auto model = MakeEsync({.slowest_steps = 10});
  SyncScene scene{1, 1, 1};
  scene[0].step_time = 500ms;
  scene[1].step_time = 2s;
  scene[2].step_time = 1s;
  for (WorkerId id = 0; id < 3; ++id) scene[id].commit_time = 1s;
  EXPECT_EQ(StepsOf(*model, scene, 0), 40U);
  EXPECT_EQ(StepsOf(*model, scene, 1), 10U);
  EXPECT_EQ(StepsOf(*model, scene, 2), 20U);
  scene[0].commit_time = 100s;
  EXPECT_EQ(StepsOf(*model, scene, 2), 104U) << "the longest way counts, too";
  scene[1].active = false;
  scene[0].active = false;
  EXPECT_EQ(StepsOf(*model, scene, 2), 10U);
}

TEST(Esync, MeasuresWithOneStepFirst) {
  const auto model = MakeEsync({});
  const SyncScene scene{0, 0};
  EXPECT_EQ(StepsOf(*model, scene, 0), 1U);
}

TEST(Esync, AsksForOneStepAtLeast) {
  const auto model = MakeEsync({.slowest_steps = 1});
  SyncScene scene{1, 1};
  scene[0].step_time = 1s;
  scene[1].step_time = 1s;
  scene[1].commit_time = 9s;
  EXPECT_EQ(StepsOf(*model, scene, 1), 1U);
}

}  // namespace
}  // namespace propius
