#include "store/memory.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "store/memory_records.h"
#include "store/sample_records.h"

namespace propius {
namespace {

// Time that jumps from task to task.
class JumpingRuntime final : public Runtime {
 public:
  explicit JumpingRuntime(std::uint64_t seed = 1) : chance_(seed) {}
  Time Now() const override { return now_; }
  void At(Time when, Task task) override { tasks_.emplace(std::max(when, now_), std::move(task)); }
  Rng& Chance() override { return chance_; }

  void RunUntil(Time end) {
    while (!tasks_.empty() && tasks_.begin()->first <= end) {
      now_ = tasks_.begin()->first;
      const Task task = std::move(tasks_.begin()->second);
      tasks_.erase(tasks_.begin());
      task();
    }
    now_ = end;
  }

 private:
  Time now_;
  Rng chance_;
  std::multimap<Time, Task> tasks_;
};

Time At(Duration since_start) { return Time(since_start); }

JobChanges NextJob(std::uint64_t number) { return {.next_job = {number}}; }

constexpr MemoryDiskOptions kSlow{.min_latency = 10ms, .max_latency = 20ms};

TEST(MemoryJobStore, WritesAfterItsLatencyAndThenAnswers) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  const auto store = OpenMemoryJobStore(runtime, disk, kSlow);
  int answers = 0;
  store->Commit(NextJob(2), [&](const Status& status) { answers += status.has_value() ? 1 : 0; });
  EXPECT_EQ(answers, 0);
  runtime.RunUntil(At(10ms - 1us));
  EXPECT_EQ(answers, 0);
  EXPECT_EQ(disk.jobs.next_job, JobId{});
  runtime.RunUntil(At(20ms));
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(disk.jobs.next_job, JobId{2});
}

TEST(MemoryJobStore, NeverAnswersWithinTheCall) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  const auto store = OpenMemoryJobStore(runtime, disk);
  bool answered = false;
  store->Commit({}, [&](const Status&) { answered = true; });
  EXPECT_FALSE(answered);
  runtime.RunUntil(At(0s));
  EXPECT_TRUE(answered);
}

TEST(MemoryJobStore, WritesAndAnswersInTheOrderOfTheCommits) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  const auto store = OpenMemoryJobStore(runtime, disk, {.min_latency = 0us, .max_latency = 1s, .answer_share = 0.5});
  std::vector<std::uint64_t> answers;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    store->Commit(NextJob(i), [&, i](const Status&) {
      EXPECT_GE(disk.jobs.next_job, JobId{i});
      answers.push_back(i);
    });
  }
  JobId last;
  for (int i = 0; i <= 100; ++i) {
    runtime.RunUntil(At(i * 10ms));
    EXPECT_GE(disk.jobs.next_job, last);
    last = disk.jobs.next_job;
  }
  EXPECT_EQ(answers.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(answers));
}

TEST(MemoryJobStore, ForgetsInACrashWhatItHadNotWritten) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  auto store = OpenMemoryJobStore(runtime, disk, kSlow);
  bool answered = false;
  store->Commit(NextJob(2), [](const Status&) {});
  runtime.RunUntil(At(20ms));
  store->Commit(NextJob(3), [&](const Status&) { answered = true; });
  store.reset();
  runtime.RunUntil(At(1h));
  EXPECT_FALSE(answered);
  EXPECT_EQ(disk.jobs.next_job, JobId{2});
  store = OpenMemoryJobStore(runtime, disk, kSlow);
  EXPECT_EQ(store->Load().value().next_job, JobId{2});
}

TEST(MemoryJobStore, MayCrashBetweenTheWriteAndTheAnswer) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  auto store = OpenMemoryJobStore(runtime, disk, {.min_latency = 10ms, .max_latency = 10ms, .answer_share = 0.4});
  bool answered = false;
  store->Commit(NextJob(2), [&](const Status&) { answered = true; });
  runtime.RunUntil(At(6ms - 1us));
  EXPECT_EQ(disk.jobs.next_job, JobId{});
  runtime.RunUntil(At(6ms));
  EXPECT_EQ(disk.jobs.next_job, JobId{2});
  store.reset();
  runtime.RunUntil(At(1h));
  EXPECT_FALSE(answered);
}

TEST(MemoryJobStore, MayBeDestroyedByTheAnswerItself) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  auto store = OpenMemoryJobStore(runtime, disk);
  bool second = false;
  store->Commit(NextJob(2), [&](const Status&) { store.reset(); });
  store->Commit(NextJob(3), [&](const Status&) { second = true; });
  runtime.RunUntil(At(1s));
  EXPECT_EQ(store, nullptr);
  EXPECT_FALSE(second);
}

TEST(MemoryJobStore, KeepsNothingOfACommitThatTheDiskRefuses) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  const auto store = OpenMemoryJobStore(runtime, disk, {.failure_probability = 1});
  Status answer;
  store->Commit(SampleState(), [&](const Status& status) { answer = status; });
  runtime.RunUntil(At(1s));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
  EXPECT_TRUE(disk.jobs.empty());
}

TEST(MemoryJobStore, RefusesAboutAsOftenAsItIsTold) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  const auto store = OpenMemoryJobStore(runtime, disk, {.failure_probability = 0.25});
  int failures = 0;
  for (int i = 0; i < 4'000; ++i) store->Commit(NextJob(2), [&](const Status& status) { failures += !status; });
  runtime.RunUntil(At(1s));
  EXPECT_NEAR(failures, 1'000, 100);
}

TEST(MemoryJobStore, ReplaysFromASeed) {
  const auto run = [](std::uint64_t seed) {
    JumpingRuntime runtime(seed);
    MemoryDisk disk;
    const auto store = OpenMemoryJobStore(
        runtime, disk, {.min_latency = 0us, .max_latency = 1s, .failure_probability = 0.5, .answer_share = 0.5});
    std::string trace;
    for (std::uint64_t i = 1; i <= 50; ++i) {
      store->Commit(NextJob(i), [&](const Status& status) {
        trace += std::to_string(ToMicros(runtime.Now())) + (status ? " written," : " refused,");
      });
      runtime.RunUntil(runtime.Now() + 100ms);
    }
    return trace;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(MemoryTallyStore, CallsNobodyAfterItIsDestroyed) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  auto store = OpenMemoryTallyStore(runtime, disk, kSlow);
  bool called = false;
  store->Commit({.plans = {SamplePlan("p")}}, [&](const Status&) { called = true; });
  store->LoadPlan(Sha256("p"), [&](const Result<Blob>&) { called = true; });
  store.reset();
  runtime.RunUntil(At(1h));
  EXPECT_FALSE(called);
  EXPECT_TRUE(disk.tallies.empty());
}

TEST(MemoryTallyStore, SharesTheBytesOfItsPlans) {
  JumpingRuntime runtime;
  MemoryDisk disk;
  const auto store = OpenMemoryTallyStore(runtime, disk);
  const StoredPlan plan = SamplePlan("p");
  store->Commit({.plans = {plan}}, [](const Status&) {});
  Blob found;
  store->LoadPlan(plan.digest, [&](const Result<Blob>& loaded) { found = loaded.value(); });
  runtime.RunUntil(At(1s));
  EXPECT_EQ(found, plan.bytes);
}

TEST(MemoryRecords, KeepEachKeyOnceWhateverIsErased) {
  Rng rng(3);
  using Pair = std::pair<int, int>;
  std::vector<Pair> kept;
  MemoryRecords<Pair, int> records(kept, [](const Pair& pair) { return pair.first; });
  std::map<int, int> plain;
  for (int step = 0; step < 5'000; ++step) {
    const int key = static_cast<int>(rng.Below(40));
    if (rng.Chance(0.7)) {
      records.Put({key, step});
      plain[key] = step;
    } else if (rng.Chance(0.8)) {
      records.Erase(key);
      plain.erase(key);
    } else {
      records.EraseBetween(key, key + 5);
      plain.erase(plain.lower_bound(key), plain.upper_bound(key + 5));
    }
    ASSERT_EQ((std::map<int, int>(kept.begin(), kept.end())), plain);
    ASSERT_EQ(kept.size(), plain.size());
    const Pair* found = records.Find(key);
    ASSERT_EQ(found != nullptr, plain.contains(key));
  }
}

}  // namespace
}  // namespace propius
