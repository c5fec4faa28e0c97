#include "sync/models/adacomm.h"

#include <gtest/gtest.h>

#include "sync/testing.h"

namespace propius {
namespace {

double StepsOf(SyncModel& model) { return *model.Knob(); }

TEST(Adacomm, TriesEveryNumberOfStepsFromTheSameParameters) {
  const auto model = MakeAdacomm({.period = 60s});
  SyncScene scene{0};
  double loss = 2;
  scene.loss = [&] { return loss; };
  ASSERT_EQ(model->Begin(scene.Look()), Order::kRemember);
  std::vector<double> tried;
  for (int trial = 0; trial < 8; ++trial) {
    tried.push_back(StepsOf(*model));
    loss = 2;
    scene.now += 59s;
    EXPECT_EQ(model->Closed(scene.Look()), Order::kGoOn) << "too early";
    // Twenty steps are best; a hundred would be, but take so long that they are not.
    const double steps = StepsOf(*model);
    scene.now += steps == 100 ? 200s : 1s;
    loss = steps == 20 ? 1.0 : steps == 100 ? 0.9 : 1.5;
    EXPECT_EQ(model->Closed(scene.Look()), Order::kReturn);
  }
  EXPECT_EQ(tried, (std::vector<double>{1, 5, 10, 20, 40, 60, 80, 100}));
  EXPECT_EQ(StepsOf(*model), 20);
}

TEST(Adacomm, TakesFewerStepsAsTheLossFalls) {
  const auto model = MakeAdacomm({.first = 40});
  SyncScene scene{0};
  double loss = 2;
  scene.loss = [&] { return loss; };
  ASSERT_EQ(model->Begin(scene.Look()), Order::kGoOn);
  loss = 0.5;
  scene.now = Time(61s);
  EXPECT_EQ(model->Closed(scene.Look()), Order::kGoOn);
  EXPECT_EQ(StepsOf(*model), 20) << "sqrt(0.5 / 2) of 40";
}

TEST(Adacomm, BeginsToCompareOnceWorkersHaveToldALoss) {
  const auto model = MakeAdacomm({.first = 40});
  SyncScene scene{0};
  double loss = 0;
  scene.loss = [&] { return loss; };
  model->Begin(scene.Look());
  loss = 2;
  scene.now = Time(5s);
  model->Closed(scene.Look());
  loss = 0.5;
  scene.now = Time(66s);
  model->Closed(scene.Look());
  EXPECT_EQ(StepsOf(*model), 20) << "of the 2 that it heard of first, not of nothing";
}

TEST(Adacomm, DoesNotCollapseToBulkSynchronousWhenTheLossStandsStill) {
  const auto steps_after = [](AdacommOptions options, Duration commit) {
    const auto model = MakeAdacomm(options);
    SyncScene scene{0, 0};
    for (WorkerId id = 0; id < 2; ++id) {
      scene[id].step_time = 600ms;
      scene[id].commit_time = commit;
    }
    model->Begin(scene.Look());
    for (int period = 1; period <= 50; ++period) {
      scene.now = Time(period * 60s);
      model->Closed(scene.Look());
    }
    return StepsOf(*model);
  };
  EXPECT_EQ(steps_after({.first = 40}, 1s), 10) << "from there, commits would take more than a tenth";
  EXPECT_EQ(steps_after({.first = 40}, 1ms), 5) << "the floor";
  EXPECT_EQ(steps_after({.first = 2}, 1ms), 2) << "never above where it began";
  EXPECT_EQ(steps_after({.first = 40, .least = 1, .commit_share = 100}, 1s), 1) << "as published";
}

}  // namespace
}  // namespace propius
