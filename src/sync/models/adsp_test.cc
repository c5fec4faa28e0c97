#include "sync/models/adsp.h"

#include <cmath>

#include <gtest/gtest.h>

#include "sync/testing.h"

namespace propius {
namespace {

Duration TimerOf(SyncModel& model, const SyncScene& scene, WorkerId id) {
  return std::get<TrainFor>(model.NextWork(scene.Look(), scene.workers.at(id)).until).time;
}

TEST(Adsp, GivesEveryWorkerATimerThatItsCommitFitsInto) {
  const auto model = MakeAdsp({.workers = 2}, {.rate = 2});
  SyncScene scene{0, 0};
  EXPECT_EQ(TimerOf(*model, scene, 0), 30s) << "nothing is known yet of its commits";
  scene[1].commit_time = 1500ms;
  EXPECT_EQ(TimerOf(*model, scene, 1), 28500ms);
}

TEST(Adsp, HasALeastTimer) {
  const auto model = MakeAdsp({.workers = 1}, {.rate = 10, .least_timer = 10s});
  const SyncScene scene{0};
  EXPECT_EQ(TimerOf(*model, scene, 0), 10s);
}

TEST(Adsp, AsksOneThatIsBehindForMoreAndOneThatIsAheadForFewer) {
  const auto model = MakeAdsp({.workers = 3}, {.rate = 2});
  SyncScene scene{4, 3, 5};
  for (WorkerId id = 0; id < 3; ++id) scene[id].step_time = 1s;
  scene.now = Time(60s);
  model->Tick(scene.Look());
  // All are to stand at 7 by the next check; half a step is what a timer overshoots.
  EXPECT_EQ(TimerOf(*model, scene, 0), 19500ms);
  EXPECT_EQ(TimerOf(*model, scene, 1), 14500ms);
  EXPECT_EQ(TimerOf(*model, scene, 2), 29500ms);
}

TEST(Adsp, SharesOutWhatIsLeftOfThePeriodAtEveryCommit) {
  const auto model = MakeAdsp({.workers = 2}, {.rate = 3});
  SyncScene scene{0, 0};
  model->Tick(scene.Look());
  scene.now = Time(45s);
  scene[0].clock = 1;
  EXPECT_EQ(TimerOf(*model, scene, 0), 7500ms) << "two commits in 15 s";
  scene[0].clock = 3;
  EXPECT_EQ(TimerOf(*model, scene, 0), 35s) << "its share is done";
  scene.now = Time(61s);
  EXPECT_EQ(TimerOf(*model, scene, 0), 20s) << "the check is late";
}

TEST(Adsp, LeavesAllAlikeIfAsked) {
  const auto model = MakeAdsp({.workers = 2}, {.rate = 2, .compensate = false});
  SyncScene scene{9, 3};
  model->Tick(scene.Look());
  EXPECT_EQ(TimerOf(*model, scene, 0), 30s);
  EXPECT_EQ(TimerOf(*model, scene, 1), 30s);
}

TEST(Adsp, AsksNobodyForMoreThanItCanDo) {
  const auto model = MakeAdsp({.workers = 2}, {.rate = 2, .commit_share = 1});
  SyncScene scene{20, 1};
  scene[1].step_time = 8s;
  scene[1].commit_time = 7s;
  model->Tick(scene.Look());
  // Four commits of one step each fill the period of 60 s, 15 s each; 21 would not fit.
  EXPECT_EQ(TimerOf(*model, scene, 1), 15s - 7s - 4s);
  scene[1].step_time = 600s;
  model->Tick(scene.Look());
  EXPECT_EQ(TimerOf(*model, scene, 1), 1s) << "the least timer, and one step in any case";
}

TEST(Adsp, LowersTheRateUntilCommitsTakeATenth) {
  const auto model = MakeAdsp({.workers = 3}, {.rate = 6});
  SyncScene scene{0, 0, 0};
  for (const auto& [seconds, rate] : {std::pair{0.5, 6.0}, {2.0, 3.0}, {50.0, 1.0}}) {
    for (WorkerId id = 0; id < 3; ++id) scene[id].commit_time = FromSeconds(seconds);
    model->Tick(scene.Look());
    EXPECT_DOUBLE_EQ(*model->Knob(), rate) << seconds;
  }
}

TEST(Adsp, NeedNotMakeRoomForCommitsThatTravelMeanwhile) {
  const auto model = MakeAdsp({.workers = 1}, {.rate = 6, .overlap = true});
  SyncScene scene{0};
  scene[0].commit_time = 5s;
  model->Tick(scene.Look());
  EXPECT_DOUBLE_EQ(*model->Knob(), 6);
  EXPECT_EQ(TimerOf(*model, scene, 0), 10s);
  EXPECT_TRUE(model->NextWork(scene.Look(), scene[0]).overlap);
}

TEST(Adsp, SpreadsOnlyTheFirstCommits) {
  const auto model = MakeAdsp({.workers = 4}, {.rate = 2, .stagger = true});
  SyncScene scene{0, 0, 0, 0};
  EXPECT_EQ(TimerOf(*model, scene, 0), 30s);
  EXPECT_EQ(TimerOf(*model, scene, 3), 52500ms);
  scene[3].commits = 1;
  EXPECT_EQ(TimerOf(*model, scene, 3), 30s);
}

TEST(Adsp, CommitsOnceInSeveralPeriodsBelowARateOfOne) {
  const auto model = MakeAdsp({.workers = 2}, {.rate = 0.5});
  SyncScene scene{1, 0};
  model->Tick(scene.Look());
  EXPECT_EQ(TimerOf(*model, scene, 1), 120s);
}

TEST(Adsp, AddsUpdatesWithTheGlobalRateAndHoldsNobody) {
  const auto model = MakeAdsp({.workers = 4}, {});
  SyncScene scene{100, 0};
  const Application how = model->Apply(scene.Look(), scene[0], {});
  EXPECT_EQ(how.way, Application::Way::kAdd);
  EXPECT_DOUBLE_EQ(how.weight, 0.25);
  EXPECT_TRUE(model->MayProceed(scene.Look(), scene[0]));
  EXPECT_DOUBLE_EQ(model->ServerGain(), 1);
}

TEST(Adsp, SearchesTheRateByLossesAndSearchesAgainWhenTheLossRises) {
  const auto model = MakeAdsp({.workers = 2, .goal = 0.2}, {.rate = 1, .search = true});
  SyncScene scene{0, 0};
  for (WorkerId id = 0; id < 2; ++id) {
    scene[id].step_time = 1s;
    scene[id].commit_time = 1s;
  }
  double loss = 3;
  scene.loss = [&] { return loss; };
  ASSERT_EQ(model->Begin(scene.Look()), Order::kGoOn);
  ASSERT_EQ(model->Period(), 30s);
  double highest = 0;
  // The more commits, the faster the loss falls: the search goes as high as commits may cost.
  for (int half = 1; half <= 20; ++half) {
    scene.now = Time(half * 30s);
    loss *= 1 - 0.02 * *model->Knob();
    model->Tick(scene.Look());
    highest = std::max(highest, *model->Knob());
    EXPECT_LE(*model->Knob(), 6);
  }
  EXPECT_DOUBLE_EQ(highest, 6);
  EXPECT_DOUBLE_EQ(*model->Knob(), 6);
  // Now every rate makes it worse; whatever is tried, the search ends and does not loop for ever.
  loss = 5;
  for (int half = 21; half <= 40; ++half) {
    scene.now = Time(half * 30s);
    loss *= 1.01;
    model->Tick(scene.Look());
    EXPECT_GE(*model->Knob(), 1);
    EXPECT_LE(*model->Knob(), 6);
  }
}

}  // namespace
}  // namespace propius
