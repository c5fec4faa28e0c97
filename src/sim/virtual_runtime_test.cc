#include "sim/virtual_runtime.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(VirtualRuntime, RunsTasksByTimeAndEqualTimesInTheOrderOfTheCalls) {
  VirtualRuntime world(1);
  std::string order;
  world.After(2s, [&] { order += 'c'; });
  world.After(1s, [&] { order += 'a'; });
  world.After(1s, [&] { order += 'b'; });
  world.RunFor(2s);
  EXPECT_EQ(order, "abc");
}

TEST(VirtualRuntime, JumpsToTheInstantOfEachTask) {
  VirtualRuntime world(1);
  std::vector<Time> seen;
  world.After(1h, [&] { seen.push_back(world.Now()); });
  EXPECT_TRUE(world.Step());
  EXPECT_FALSE(world.Step());
  EXPECT_EQ(seen, std::vector<Time>{Time(1h)});
  EXPECT_EQ(world.steps(), 1U);
}

TEST(VirtualRuntime, StandsAtTheEndEvenIfNothingWasDue) {
  VirtualRuntime world(1);
  bool ran = false;
  world.After(10s, [&] { ran = true; });
  world.RunUntil(Time(9s));
  EXPECT_EQ(world.Now(), Time(9s));
  EXPECT_FALSE(ran);
}

TEST(VirtualRuntime, RunsAPastTaskNowWithoutTurningTheClockBack) {
  VirtualRuntime world(1);
  world.RunUntil(Time(5s));
  Time seen;
  world.At(Time(1s), [&] { seen = world.Now(); });
  world.RunFor(0s);
  EXPECT_EQ(seen, Time(5s));
}

TEST(VirtualRuntime, GivesEqualChanceToEqualSeeds) {
  VirtualRuntime one(7);
  VirtualRuntime same(7);
  VirtualRuntime other(8);
  const auto drawn = one.Chance()();
  EXPECT_EQ(drawn, same.Chance()());
  EXPECT_NE(drawn, other.Chance()());
}

TEST(Life, RunsNothingAfterItsKill) {
  VirtualRuntime world(1);
  Life life(world);
  int ran = 0;
  life.After(1s, [&] { ++ran; });
  life.After(3s, [&] { ++ran; });
  world.RunFor(2s);
  life.Kill();
  life.Post([&] { ++ran; });
  world.RunFor(2s);
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(life.alive());
}

TEST(Life, EndsWithItsObject) {
  VirtualRuntime world(1);
  bool ran = false;
  auto life = std::make_unique<Life>(world);
  const Task late = life->guardian()([&] { ran = true; });
  life.reset();
  late();
  EXPECT_FALSE(ran);
}

TEST(Life, HoldsItsTasksBackWhilePausedAndKeepsTheirOrder) {
  VirtualRuntime world(1);
  Life life(world);
  std::string order;
  Time first;
  life.After(1s, [&] {
    order += 'a';
    first = life.Now();
  });
  life.After(2s, [&] { order += 'b'; });
  life.After(9s, [&] { order += 'c'; });
  life.PauseUntil(Time(5s));
  world.RunUntil(Time(4s));
  EXPECT_EQ(order, "");
  world.RunUntil(Time(5s));
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(first, Time(5s));
  world.RunUntil(Time(9s));
  EXPECT_EQ(order, "abc");
}

TEST(Life, ForgetsWhatItHeldBackWhenItIsKilledInThePause) {
  VirtualRuntime world(1);
  Life life(world);
  bool ran = false;
  life.After(1s, [&] { ran = true; });
  life.PauseUntil(Time(5s));
  world.RunUntil(Time(2s));
  life.Kill();
  world.RunUntil(Time(9s));
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace propius
