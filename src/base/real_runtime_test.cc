#include "base/real_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace propius {
namespace {

// Returns when the runtime has run all that was due before.
void Settle(Runtime& runtime) {
  std::latch reached(1);
  runtime.Post([&] { reached.count_down(); });
  reached.wait();
}

TEST(RealRuntime, RunsTasksOfOneInstantInTheOrderOfTheCalls) {
  RealRuntime runtime("test");
  std::vector<int> order;
  const Time now = runtime.Now();
  for (int i = 0; i < 1'000; ++i) runtime.At(now, [&order, i] { order.push_back(i); });
  Settle(runtime);
  EXPECT_EQ(order.size(), 1'000U);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(RealRuntime, RunsEarlierInstantsFirst) {
  RealRuntime runtime("test");
  std::vector<int> order;
  std::latch begin(1);
  const Time now = runtime.Now();
  runtime.Post([&] { begin.wait(); });
  runtime.At(now - 1s, [&] { order.push_back(2); });
  runtime.At(now - 2s, [&] { order.push_back(1); });
  runtime.At(now - 1s, [&] { order.push_back(3); });
  begin.count_down();
  Settle(runtime);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(RealRuntime, RunsNothingBeforeItsInstant) {
  RealRuntime runtime("test");
  std::latch done(1);
  const Time when = runtime.Now() + 3ms;
  Time seen;
  runtime.At(when, [&] {
    seen = runtime.Now();
    done.count_down();
  });
  done.wait();
  EXPECT_GE(seen, when);
}

TEST(RealRuntime, TakesTasksFromManyThreadsAndRunsThemOneAtATime) {
  RealRuntime runtime("test");
  constexpr int kThreads = 4;
  constexpr int kTasks = 500;
  std::vector<std::vector<int>> order(kThreads);  // written by tasks of the runtime only
  int running = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kTasks; ++i) {
        runtime.Post([&, thread, i] {
          EXPECT_EQ(++running, 1);
          order[static_cast<std::size_t>(thread)].push_back(i);
          --running;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Settle(runtime);
  for (const std::vector<int>& mine : order) {
    EXPECT_EQ(mine.size(), static_cast<std::size_t>(kTasks));
    EXPECT_TRUE(std::ranges::is_sorted(mine));
  }
}

TEST(RealRuntime, LetsATaskAddTasks) {
  RealRuntime runtime("test");
  std::latch done(1);
  std::vector<int> order;
  runtime.Post([&] {
    runtime.After(1us, [&] {
      order.push_back(2);
      done.count_down();
    });
    order.push_back(1);
  });
  done.wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(RealRuntime, WaitsForAnEarlierTaskThatComesLater) {
  RealRuntime runtime("test");
  bool far = false;
  runtime.At(Time::max(), [&] { far = true; });
  runtime.At(runtime.Now() + 10h, [&] { far = true; });
  Settle(runtime);
  runtime.Stop();
  EXPECT_FALSE(far);
}

TEST(RealRuntime, RunsAndKeepsNothingOnceItIsStopped) {
  const auto held = std::make_shared<int>(0);
  RealRuntime runtime("test");
  runtime.After(10h, [held] { ++*held; });
  Settle(runtime);
  runtime.Stop();
  runtime.Post([held] { ++*held; });
  runtime.Stop();
  EXPECT_EQ(*held, 0);
  EXPECT_EQ(held.use_count(), 1);
}

TEST(RealRuntime, FinishesTheTaskThatRunsWhenItIsStopped) {
  bool finished = false;
  {
    RealRuntime runtime("a name that is longer than the system's fifteen characters");
    std::latch running(1);
    runtime.Post([&] {
      running.count_down();
      SleepFor(2ms);
      finished = true;
    });
    running.wait();
  }
  EXPECT_TRUE(finished);
}

TEST(RealRuntime, LetsGoOfATaskBeforeTheNextOne) {
  RealRuntime runtime("test");
  const auto held = std::make_shared<int>(0);
  runtime.Post([held] { ++*held; });
  Settle(runtime);
  EXPECT_EQ(held.use_count(), 1);
}

TEST(RealRuntime, HasChanceForItsTasks) {
  RealRuntime runtime("test");
  std::set<std::uint64_t> drawn;
  runtime.Post([&] {
    for (int i = 0; i < 10; ++i) drawn.insert(runtime.Chance()());
  });
  Settle(runtime);
  EXPECT_EQ(drawn.size(), 10U);
}

TEST(RealTime, NeverGoesBack) {
  Time last = RealNow();
  for (int i = 0; i < 10'000; ++i) {
    const Time now = RealNow();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(RealTime, PassesWhileOneSleeps) {
  const Time before = RealNow();
  SleepFor(2ms);
  EXPECT_GE(RealNow() - before, 2ms);
}

TEST(RealTime, CountsWhatAThreadComputesAndNotWhatItSleeps) {
  const Time began = RealNow();
  const double before = ThreadCpuSeconds();
  while (ThreadCpuSeconds() < before + 0.002) {
  }
  EXPECT_GE(RealNow() - began, 1ms);
  const double awake = ThreadCpuSeconds();
  SleepFor(50ms);
  EXPECT_LT(ThreadCpuSeconds() - awake, 0.05);
}

TEST(RealTime, BeginsAtTheWallClock) { EXPECT_GT(ToMicros(RealNow()), 1'700'000'000'000'000); }

TEST(RealChance, DiffersEachTime) {
  EXPECT_NE(SeedFromSystem(), SeedFromSystem());
  EXPECT_EQ(SecretFromSystem().size(), 32U);
  EXPECT_NE(SecretFromSystem(), SecretFromSystem());
}

TEST(RealEnvironment, IsReadByTheBeginningOfNames) {
  ASSERT_EQ(setenv("PROPIUS_TEST_VALUE", "a=b", 1), 0);
  ASSERT_EQ(setenv("PROPIUS_TEST_EMPTY", "", 1), 0);
  EXPECT_EQ(EnvironmentFrom("PROPIUS_TEST_"),
            (std::map<std::string, std::string>{{"PROPIUS_TEST_EMPTY", ""}, {"PROPIUS_TEST_VALUE", "a=b"}}));
  ASSERT_EQ(unsetenv("PROPIUS_TEST_VALUE"), 0);
  ASSERT_EQ(unsetenv("PROPIUS_TEST_EMPTY"), 0);
  EXPECT_TRUE(EnvironmentFrom("PROPIUS_TEST_").empty());
}

}  // namespace
}  // namespace propius
