#include "scheduling/policies/venn_fairness.h"

#include <cmath>

#include <gtest/gtest.h>

namespace propius {
namespace {

KnownJob Job(std::uint32_t demand, std::uint32_t rounds) {
  KnownJob job;
  job.job = {1};
  job.registered_at = Time(100s);
  job.round_limit = 600s;
  job.demand = demand;
  job.rounds = rounds;
  return job;
}

TEST(FairShare, IsAllRoundsAloneTimesTheJobsPresent) {
  // Alone, a round takes 100 devices at 2 per second and then 90 s: 140 s.
  const FairShare share = FairShareOf(Job(100, 5), 2, 90s, 4, Time(520s));
  EXPECT_NEAR(share.fair, 4 * 5 * 140, 1e-9);
  EXPECT_NEAR(share.elapsed, 420, 1e-9);
}

TEST(FairShare, CountsANewcomerAsOneRound) {
  EXPECT_NEAR(FairShareOf(Job(100, 5), 2, 90s, 4, Time(100s)).elapsed, 140, 1e-9);
}

TEST(FairShare, TakesNoRoundForLongerThanItsLimit) {
  EXPECT_NEAR(FairShareOf(Job(100, 1), 0, 90s, 1, Time(100s)).fair, 690, 1e-9);
  EXPECT_NEAR(FairShareOf(Job(100, 1), 0.001, 90s, 1, Time(100s)).fair, 690, 1e-9);
}

TEST(FairShare, IsAboveZeroWhateverIsMissing) {
  KnownJob blank;
  blank.rounds = 0;
  const FairShare share = FairShareOf(blank, 0, 0s, 0, Time());
  EXPECT_GT(share.elapsed, 0);
  EXPECT_GT(share.fair, 0);
  EXPECT_TRUE(std::isfinite(share.elapsed / share.fair));
}

}  // namespace
}  // namespace propius
