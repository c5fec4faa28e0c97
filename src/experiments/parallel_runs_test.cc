#include "experiments/parallel_runs.h"

#include <atomic>

#include <gtest/gtest.h>

#include "experiments/testing.h"

namespace propius {
namespace {

std::vector<RunAsked> Asked(int count) {
  std::vector<RunAsked> asked;
  for (int i = 0; i < count; ++i) {
    asked.push_back({.policy = "p" + std::to_string(i), .workload = "even", .seed = static_cast<std::uint64_t>(i)});
  }
  return asked;
}

TEST(ParallelRuns, AnswerInTheOrderInWhichTheyWereAsked) {
  std::size_t told = 0;
  double last_share = 0;
  const ParallelRuns how{.cores = 3, .progress = [&](const RunsProgress& progress) {
                           told += progress.finished != nullptr ? 1 : 0;
                           last_share = progress.share;
                           EXPECT_EQ(progress.runs, 20U);
                         }};
  const auto runs = RunAll(
      Asked(20),
      [](const RunAsked& asked, const RunProgress& progress) -> Result<RunRecord> {
        EXPECT_TRUE(progress(0.5));
        return MadeUpRecord(static_cast<double>(asked.seed));
      },
      how);
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_EQ(runs->size(), 20U);
  for (std::size_t i = 0; i < runs->size(); ++i) {
    EXPECT_EQ((*runs)[i].asked.policy, "p" + std::to_string(i));
    EXPECT_EQ((*runs)[i].record.makespan_s, 200.0 + static_cast<double>(i));
  }
  EXPECT_EQ(told, 20U);
  EXPECT_EQ(last_share, 1);
}

TEST(ParallelRuns, FailWithTheRunThatFailedAndBeginNoOther) {
  std::atomic<int> begun = 0;
  const auto runs = RunAll(Asked(50),
                           [&](const RunAsked& asked, const RunProgress&) -> Result<RunRecord> {
                             ++begun;
                             if (asked.seed == 2) return Fail(Code::kInvalidArgument, "no such thing");
                             return MadeUpRecord(1);
                           },
                           {.cores = 1});
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().message, "p2 on even, seed 2: no such thing");
  EXPECT_EQ(runs.error().code, Code::kInvalidArgument);
  EXPECT_EQ(begun, 3);
}

TEST(ParallelRuns, StopWhenTheCallerWantsTo) {
  const auto runs = RunAll(Asked(2),
                           [&](const RunAsked&, const RunProgress& progress) -> Result<RunRecord> {
                             while (progress(0.1)) {
                             }
                             return Fail(Code::kAborted, "given up");
                           },
                           {.cores = 2, .stop = [] { return true; }});
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().code, Code::kAborted);
}

TEST(ParallelRuns, OfNothingAreDoneAtOnce) {
  const auto runs = RunAll({}, nullptr, {.cores = 4});
  ASSERT_TRUE(runs);
  EXPECT_TRUE(runs->empty());
}

TEST(ParallelRuns, AreNamedByWhatTellsThemApart) {
  FinishedRun run = MadeUpRun("venn", 1'000, 3);
  EXPECT_EQ(ShowAsked(run.asked), "venn on even, seed 3");
  run.asked.variant = "strict";
  run.asked.population = 1'200;
  EXPECT_EQ(
      ShowFinished(run),
      "venn on even (strict), seed 3, 1,200 devices: average JCT 1,000 s, 3 of 3 jobs, 2,000 check-ins at 0.5 µs");
}

}  // namespace
}  // namespace propius
