#include "experiments/compare.h"

#include <gtest/gtest.h>

#include "experiments/testing.h"
#include "experiments/verdict.h"

namespace propius {
namespace {

const std::vector<FinishedRun> kRuns{MadeUpRun("random", 1'000, 1), MadeUpRun("venn", 500, 1),
                                     MadeUpRun("random", 1'200, 2), MadeUpRun("venn", 400, 2),
                                     MadeUpRun("fifo", 800, 3)};

TEST(Comparison, PairsRunsOfOneSeed) {
  const auto gain = SpeedUp(kRuns, {.policy = "venn"}, {.policy = "random"});
  ASSERT_TRUE(gain);
  EXPECT_DOUBLE_EQ(gain->mean, 2.5);
  EXPECT_DOUBLE_EQ(gain->low, 2);
  EXPECT_DOUBLE_EQ(gain->high, 3);
  EXPECT_EQ(gain->seeds, 2U);
  EXPECT_FALSE(SpeedUp(kRuns, {.policy = "fifo"}, {.policy = "random"})) << "no seed has both";
  EXPECT_FALSE(SpeedUp(kRuns, {.policy = "las"}, {.policy = "random"}));
}

TEST(Comparison, LeavesOutRunsThatFinishedNothing) {
  std::vector<FinishedRun> runs = kRuns;
  for (JobRecord& job : runs[0].record.jobs) job.finish_s = -1;
  const auto gain = SpeedUp(runs, {.policy = "venn"}, {.policy = "random"});
  ASSERT_TRUE(gain);
  EXPECT_EQ(gain->seeds, 1U);
}

TEST(Comparison, CountsUnfinishedJobsOfBothSides) {
  std::vector<FinishedRun> runs = kRuns;
  runs[0].record.jobs[0].finish_s = -1;
  runs[1].record.jobs[1].finish_s = -1;
  const auto gain = SpeedUp(runs, {.policy = "venn"}, {.policy = "random"});
  EXPECT_EQ(gain->unfinished, 2U);
  EXPECT_EQ(ShowOverSeeds(gain, 2), "2.50 (2.00–3.00) [2 unfinished]");
  EXPECT_EQ(ShowOverSeeds(AverageJct(kRuns, {.policy = "fifo"}), 0), "800");
  EXPECT_EQ(ShowOverSeeds(std::nullopt, 0), "–");
}

TEST(Comparison, ListsPoliciesAsTheyAppear) {
  EXPECT_EQ(Policies(kRuns), (std::vector<std::string>{"random", "venn", "fifo"}));
  EXPECT_EQ(Workloads(kRuns), (std::vector<std::string>{"even"}));
}

TEST(Verdict, TellsLuckFromAgreement) {
  EXPECT_EQ(JudgeAtLeast(OverSeeds{.mean = 1.9, .low = 1.8, .high = 2, .seeds = 3}, 1.88), kAgrees);
  EXPECT_EQ(JudgeAtLeast(OverSeeds{.mean = 1.4, .low = 1, .high = 1.9, .seeds = 3}, 1.88), kByLuck);
  EXPECT_EQ(JudgeAtLeast(OverSeeds{.mean = 1.4, .low = 1, .high = 1.5, .seeds = 3}, 1.88), kDiffers);
  EXPECT_EQ(JudgeAtLeast(std::nullopt, 1.88), kNotJudged);
  EXPECT_EQ(JudgeAbout(OverSeeds{.mean = 1.9, .seeds = 1}, 2), kAgrees);
  EXPECT_EQ(JudgeAbout(OverSeeds{.mean = 1.5, .seeds = 1}, 2), kDiffers);
  EXPECT_EQ(JudgeAbout(std::nullopt, 2), kNotJudged);
  EXPECT_EQ(JudgeAim(OverSeeds{.mean = 1.2, .seeds = 1}, 1.2), kAgrees);
  EXPECT_EQ(JudgeAim(OverSeeds{.mean = 1.19, .high = 1.3, .seeds = 2}, 1.2), kDiffers);
  EXPECT_EQ(JudgeAim(std::nullopt, 1.2), kNotJudged);
}

TEST(Verdict, DoesNotAgreeWhileJobsAreUnfinished) {
  const OverSeeds most{.mean = 2, .low = 2, .high = 2, .seeds = 1, .unfinished = 1};
  EXPECT_EQ(JudgeAtLeast(most, 1.88), kDiffers);
  EXPECT_EQ(JudgeAbout(most, 2), kDiffers);
  EXPECT_EQ(JudgeAim(most, 1.2), kDiffers);
}

}  // namespace
}  // namespace propius
