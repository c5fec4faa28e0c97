#include "sim/virtual_runtime.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
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

TEST(VirtualRuntime, RunsWhatIsAskedForAtOnceAfterWhatWasAskedForThisInstantBefore) {
  VirtualRuntime world(1);
  std::string order;
  world.After(1s, [&] {
    order += 'a';
    world.Post([&] { order += 'c'; });
    world.At(Time(500ms), [&] { order += 'd'; });
  });
  world.After(1s, [&] { order += 'b'; });
  world.After(2s, [&] { order += 'e'; });
  world.RunUntil(Time(2s));
  EXPECT_EQ(order, "abcde");
}

TEST(VirtualRuntime, RunsATaskOfThisInstantThatWasAskedForBeforeTheClockCameHere) {
  VirtualRuntime world(1);
  std::string order;
  world.At(Time(3s), [&] { order += 'b'; });
  world.RunUntil(Time(2s));
  world.Post([&] { order += 'a'; });
  world.RunUntil(Time(3s));
  world.Post([&] { order += 'c'; });
  world.RunFor(0s);
  EXPECT_EQ(order, "abc");
}

TEST(VirtualRuntime, KeepsTheOrderOfManyTasksThatBringNewOnes) {
  VirtualRuntime world(11);
  Rng chance(12);
  std::vector<std::pair<Time, int>> ran;
  std::vector<std::pair<Time, int>> wanted;
  int number = 0;
  const auto ask = [&](auto& self, int children) -> void {
    const Time when = world.Now() + Duration(static_cast<std::int64_t>(chance.Below(50)));
    const int mine = number++;
    wanted.emplace_back(when, mine);
    world.At(when, [&, mine, children] {
      ran.emplace_back(world.Now(), mine);
      for (int i = 0; i < children; ++i) self(self, children - 1);
    });
  };
  for (int i = 0; i < 200; ++i) ask(ask, 3);
  while (world.Step()) {
  }
  std::ranges::sort(wanted);  // by time, then by the order of the calls
  EXPECT_EQ(ran, wanted);
  EXPECT_EQ(world.steps(), ran.size());
}

TEST(VirtualRuntime, LetsGoOfATaskThatHasRun) {
  VirtualRuntime world(1);
  const auto held = std::make_shared<int>(1);
  world.After(1s, [held] {});
  world.Post([held] {});
  EXPECT_EQ(held.use_count(), 3);
  world.RunFor(2s);
  EXPECT_EQ(held.use_count(), 1);
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
