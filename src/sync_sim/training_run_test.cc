#include "sync_sim/training_run.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "sync/parameter_server.h"

namespace propius {
namespace {

// Counts instead of learning: each step adds one to the only parameter, and the loss falls by the steps.
class Counting final : public LearningTask {
 public:
  std::vector<float> Initial() const override { return {0}; }
  void Step(std::span<float> parameters, std::size_t /*worker*/, std::uint32_t /*batch*/, double /*rate*/,
            Rng& /*chance*/, double* loss) override {
    parameters[0] += 1;
    if (loss != nullptr) *loss = 1;
  }
  TestScore Test(std::span<const float> parameters) override {
    return {.loss = 1 / (1 + 0.01 * static_cast<double>(parameters[0])), .accuracy = 0.5};
  }
};

// A softmax regression has nothing to say about when things happen, so that most tests need none.
TrainingOptions Counted(const std::string& scheme, std::vector<Duration> steps, Duration commit, Duration limit) {
  TrainingOptions options;
  options.scheme = scheme;
  options.job = {.workers = static_cast<std::uint32_t>(steps.size()), .gamma = 60s, .goal = 0};
  options.fleet.commit_times.assign(steps.size(), commit);
  options.fleet.step_times = std::move(steps);
  options.fleet.jitter = 0;
  options.limit = limit;
  return options;
}

SyncRecord Outcome(const TrainingOptions& options) {
  Counting task;
  auto record = RunTraining(options, task);
  EXPECT_TRUE(record) << record.error().message;
  return *record;
}

TEST(TrainingRun, OfABarrierTakesTheSlowestStepAndACommitPerRound) {
  const SyncRecord record = Outcome(Counted("bsp", {1s, 3s}, 2s, 100s));
  EXPECT_EQ(record.commits_per_worker, (std::vector<std::uint64_t>{20, 20}));
  EXPECT_EQ(record.steps, 40U);
  EXPECT_NEAR(record.busy_share, (20.0 + 60) / 200, 0.02);
  EXPECT_NEAR(record.blocked_share, 40.0 / 200, 0.02);
  EXPECT_EQ(record.widest_gap, 1U);
}

TEST(TrainingRun, OfFixedAdacommTrainsItsStepsPerRound) {
  const SyncRecord record = Outcome(Counted("fixed_adacomm:tau=10", {1s, 2s}, 1s, 210s));
  EXPECT_EQ(record.commits_per_worker, (std::vector<std::uint64_t>{10, 10}));
  EXPECT_EQ(record.steps, 200U);
}

TEST(TrainingRun, OfAspGoesAtEachWorkersPace) {
  const SyncRecord record = Outcome(Counted("asp", {1s, 4s}, 1s, 100s));
  EXPECT_EQ(record.commits_per_worker, (std::vector<std::uint64_t>{50, 20}));
  EXPECT_EQ(record.blocked_share, 0);
}

TEST(TrainingRun, OfSspNeverGoesBeyondItsBound) {
  for (const char* scheme : {"ssp:s=1", "ssp:s=3", "ssp:s=3:lazy=1", "ssp:s=40"}) {
    TrainingOptions options = Counted(scheme, {100ms, 1s, 3s}, 500ms, 2000s);
    options.fleet.jitter = 0.3;
    const SyncRecord record = Outcome(options);
    const std::uint64_t bound = std::string(scheme).find("40") != std::string::npos    ? 40
                                : std::string(scheme).find("s=1") != std::string::npos ? 1
                                                                                       : 3;
    EXPECT_EQ(record.widest_gap, bound) << scheme << ": reached, but not passed";
  }
}

TEST(TrainingRun, OfLazySspDoesNotWaitForAnswersThatItDoesNotPull) {
  const SyncRecord eager = Outcome(Counted("ssp:s=100", {1s, 1s}, 2s, 300s));
  const SyncRecord lazy = Outcome(Counted("ssp:s=100:lazy=1", {1s, 1s}, 2s, 300s));
  EXPECT_EQ(eager.commits, 200U);
  EXPECT_NEAR(static_cast<double>(lazy.commits), 300, 4);
}

TEST(TrainingRun, OfAdspCommitsEveryGammaOverTheRateToOneMiniBatch) {
  for (const double rate : {1.0, 2.0, 5.0}) {
    const auto scheme = "adsp:compensate=0:commit_share=1:rate=" + std::to_string(rate);
    const SyncRecord record = Outcome(Counted(scheme, {500ms, 2s}, 1s, 3600s));
    for (std::size_t worker = 0; worker < 2; ++worker) {
      const double step = worker == 0 ? 0.5 : 2;
      const auto commits = static_cast<double>(record.commits_per_worker[worker]);
      EXPECT_LE(commits, 3600 / (60 / rate));
      EXPECT_GE(commits, 3600 / (60 / rate + step) - 1);
    }
    EXPECT_NEAR(record.busy_share, 1 - rate * 1.0 / 60, 0.01);
    EXPECT_EQ(record.blocked_share, 0);
  }
  const SyncRecord least =
      Outcome(Counted("adsp:commit_share=1:rate=20:least_timer=10:compensate=0", {500ms}, 1s, 3600s));
  EXPECT_NEAR(3600.0 / static_cast<double>(least.commits_per_worker[0]), 11, 0.6);
}

TEST(TrainingRun, OfAdspHasEverybodyWithinOneCommitAtEveryCheckAfterTheSecond) {
  for (const char* scheme : {"adsp", "adsp:rate=1", "adsp:rate=6", "adsp:rate=3:stagger=1", "adsp:rate=4:overlap=1",
                             "adsp:rate=6:overlap=1"}) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
      for (const double h : {1.45, 2.0, 3.2}) {
        TrainingOptions options = Counted(scheme, *StepTimesFor(18, h), 1s, 1800s);
        options.fleet.jitter = 0.1;
        options.seed = seed;
        const SyncRecord record = Outcome(options);
        ASSERT_GE(record.checkpoints.size(), 29U);
        for (std::size_t i = 2; i < record.checkpoints.size(); ++i) {
          const SyncCheckpoint& checkpoint = record.checkpoints[i];
          EXPECT_LE(checkpoint.most_commits - checkpoint.fewest_commits, 1U)
              << scheme << " H " << h << " seed " << seed << " at " << checkpoint.time_s;
        }
      }
    }
  }
}

TEST(TrainingRun, WithOverlapTrainsAllTheTime) {
  const SyncRecord record = Outcome(Counted("adsp:overlap=1:rate=2", {1s, 2s}, 10s, 1200s));
  EXPECT_NEAR(record.busy_share, 1, 1e-9);
  // Nothing of what was trained is lost: each worker's steps end in the only parameter, halved.
  EXPECT_NEAR(1 / record.final_loss, 1 + 0.01 * static_cast<double>(record.steps) / 2, 1e-3);
}

TEST(TrainingRun, QueuesCommitsAtABusyServer) {
  TrainingOptions options = Counted("asp", {1s, 1s, 1s, 1s}, 0s, 400s);
  options.fleet.server_time = 1s;
  const SyncRecord record = Outcome(options);
  EXPECT_NEAR(static_cast<double>(record.commits), 400, 4);
  EXPECT_NEAR(record.busy_share, 0.25, 0.02);
}

TEST(TrainingRun, SlowsDownAsTheFleetDoes) {
  TrainingOptions options = Counted("bsp", {1s, 1s}, 0s, 200s);
  options.fleet.changes = {{.at = 100s, .workers = 1, .factor = 4}};
  EXPECT_EQ(Outcome(options).commits, 2 * (100U + 25U));
}

TEST(TrainingRun, TakesTheFirstOfThreeTestsInARowThatMeetTheGoal) {
  TrainingOptions options = Counted("bsp", {1s}, 0s, 4000s);
  options.job.goal = 0.5;
  const SyncRecord record = Outcome(options);
  EXPECT_TRUE(record.reached);
  // The hundredth step ends with the test at 100 s, which stands before it in line.
  EXPECT_EQ(record.time_to_target_s, 105);
  EXPECT_EQ(record.ended_s, 115);
  EXPECT_EQ(record.steps_to_target, 104U);
}

TEST(TrainingRun, SaysIfTheGoalWasNotReached) {
  TrainingOptions options = Counted("bsp", {1s}, 0s, 50s);
  options.job.goal = 0.5;
  const SyncRecord record = Outcome(options);
  EXPECT_FALSE(record.reached);
  EXPECT_EQ(record.time_to_target_s, record.ended_s);
}

TEST(TrainingRun, EndsWhenParametersAreNoNumbersAnyMore) {
  class Exploding final : public LearningTask {
   public:
    std::vector<float> Initial() const override { return {1}; }
    void Step(std::span<float> parameters, std::size_t /*worker*/, std::uint32_t /*batch*/, double /*rate*/,
              Rng& /*chance*/, double* loss) override {
      parameters[0] *= 1e6F;
      if (loss != nullptr) *loss = std::numeric_limits<double>::infinity();
    }
    TestScore Test(std::span<const float> /*parameters*/) override { return {.loss = 1, .accuracy = 0}; }
  } task;
  const auto record = RunTraining(Counted("bsp", {1s}, 0s, 4000s), task);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->diverged);
  EXPECT_LT(record->ended_s, 20);
}

TEST(TrainingRun, StopsIfItIsToldTo) {
  Counting task;
  int tests = 0;
  const auto record =
      RunTraining(Counted("bsp", {1s}, 0s, 4000s), task, [&](Duration, const TestScore&) { return ++tests < 3; });
  EXPECT_EQ(record.error().code, Code::kAborted);
  EXPECT_EQ(tests, 3);
}

TEST(TrainingRun, RefusesWhatCannotBe) {
  Counting task;
  const auto refuses = [&](const std::function<void(TrainingOptions&)>& spoil) {
    TrainingOptions options = Counted("bsp", {1s, 1s}, 0s, 10s);
    spoil(options);
    const auto record = RunTraining(options, task);
    return !record && record.error().code == Code::kInvalidArgument;
  };
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.scheme = "bps"; }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.scheme = "bsp:"; }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.push = "zip"; }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.job.workers = 3; }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.fleet.commit_times.clear(); }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.test_every = 0s; }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) { options.momentum = 1; }));
  EXPECT_TRUE(refuses([](TrainingOptions& options) {
    options.scheme = "fedasync";
    options.push = "dgc";
  }));
}

}  // namespace
}  // namespace propius
