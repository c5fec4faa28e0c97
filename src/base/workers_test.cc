#include "base/workers.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Workers, FinishWhatWasQueued) {
  std::atomic<int> done = 0;
  {
    const std::unique_ptr<Workers> workers = MakeThreadWorkers(3);
    for (int i = 0; i < 1'000; ++i) workers->Run([&] { ++done; });
  }
  EXPECT_EQ(done, 1'000);
}

TEST(Workers, FinishWhatTheWorkItselfQueues) {
  std::atomic<int> done = 0;
  {
    const std::unique_ptr<Workers> workers = MakeThreadWorkers(1);
    workers->Run([&, again = workers.get()] { again->Run([&] { ++done; }); });
  }
  EXPECT_EQ(done, 1);
}

TEST(Workers, RunAtOneTimeOnAsManyThreadsAsTheyHave) {
  std::latch all(3);
  std::atomic<int> met = 0;
  {
    const std::unique_ptr<Workers> workers = MakeThreadWorkers(3);
    for (int i = 0; i < 3; ++i) {
      workers->Run([&] {
        all.arrive_and_wait();
        ++met;
      });
    }
  }
  EXPECT_EQ(met, 3);
}

TEST(Workers, RunInOrderOnOneThreadThatIsNotTheCallers) {
  std::vector<int> order;
  std::thread::id worker;
  {
    const std::unique_ptr<Workers> workers = MakeThreadWorkers(1);
    for (int i = 0; i < 100; ++i) {
      workers->Run([&, i] {
        order.push_back(i);
        worker = std::this_thread::get_id();
      });
    }
  }
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(order.size(), 100U);
  EXPECT_NE(worker, std::this_thread::get_id());
}

TEST(Workers, LetGoOfWorkThatIsDone) {
  const auto held = std::make_shared<int>(1);
  {
    const std::unique_ptr<Workers> workers = MakeThreadWorkers(1);
    workers->Run([held] { EXPECT_EQ(*held, 1); });
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Workers, RunAtOnceInTheCallerIfInline) {
  const std::unique_ptr<Workers> workers = MakeInlineWorkers();
  std::thread::id worker;
  workers->Run([&] { worker = std::this_thread::get_id(); });
  EXPECT_EQ(worker, std::this_thread::get_id());
}

TEST(Workers, MayAlwaysHaveOneThread) {
  EXPECT_GE(SpareCores(), 1);
  EXPECT_LE(SpareCores(), std::max(1U, std::thread::hardware_concurrency()));
}

TEST(WorkersDeathTest, NeedAThread) { EXPECT_DEATH(MakeThreadWorkers(0), "threads >= 1"); }

}  // namespace
}  // namespace propius
