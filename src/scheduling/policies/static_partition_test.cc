#include "scheduling/policies/static_partition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/policies/fleet_fixture.h"

namespace propius {
namespace {

using ::testing::IsEmpty;

// The five jobs of the Propius paper's evaluation, as jobs 1 to 5: two that take three quarters of the devices, two
// that take half, one that takes four in ten.
TieredFleet PaperJobs() {
  TieredFleet fleet;
  const std::pair<int, std::uint32_t> tier_and_demand[] = {{1, 60}, {1, 120}, {2, 120}, {2, 240}, {3, 480}};
  std::uint64_t id = 0;
  for (const auto& [tier, demand] : tier_and_demand) {
    const auto added = fleet.seen.Add(++id, TieredFleet::Tier(tier));
    added.job.demand = demand;
    added.request.demand = added.request.remaining = demand;
  }
  return fleet;
}

std::map<std::uint64_t, int> DealtBy(Policy& policy, TieredFleet& fleet, std::int64_t devices) {
  Rng chance(1);
  const CountedCensus census(devices);
  return fleet.Deal(policy.MakePlan(fleet.Known(census), chance));
}

TEST(StaticPartition, GivesEveryJobItsDemandWhereTheFleetHasIt) {
  TieredFleet fleet = PaperJobs();
  fleet.Arrive({465, 378, 204, 753});  // the paper's fleet of 1,800
  auto dealt = DealtBy(*MakeStaticPartition(), fleet, 1'800);
  EXPECT_GE(dealt[1], 60);
  EXPECT_GE(dealt[2], 120);
  EXPECT_GE(dealt[3], 120 - 1);  // the corner of a cut
  EXPECT_GE(dealt[4], 240 - 1);
  EXPECT_GE(dealt[5], 480);
  EXPECT_EQ(dealt[1] + dealt[2] + dealt[3] + dealt[4] + dealt[5], 1'335) << "every useful device has its job";
}

TEST(StaticPartition, ServesTheHardestFirstWhereTheFleetIsTooSmall) {
  TieredFleet fleet = PaperJobs();
  fleet.Arrive({396, 309, 162, 633});  // of 1,500
  auto dealt = DealtBy(*MakeStaticPartition(), fleet, 1'500);
  EXPECT_GE(dealt[5], 480 - 1);
  EXPECT_GE(dealt[4], 240 - 1);
  EXPECT_LT(dealt[3], 120) << "and what is short is short for ever";
  EXPECT_GE(dealt[2], 120);
  EXPECT_GE(dealt[1], 60);
}

TEST(StaticPartition, LendsNothing) {
  TieredFleet fleet = PaperJobs();
  fleet.Arrive({465, 378, 204, 753});
  const auto policy = MakeStaticPartition();
  auto all = DealtBy(*policy, fleet, 1'800);
  fleet.seen.requests.erase(fleet.seen.requests.begin() + 4);  // job 5 is between rounds
  auto without = DealtBy(*policy, fleet, 1'800);
  EXPECT_EQ(without[5], 0);
  for (std::uint64_t job = 1; job <= 4; ++job) EXPECT_EQ(without[job], all[job]) << job;
}

TEST(StaticPartition, KeepsTheCutWhileTheSameJobsAreThere) {
  TieredFleet fleet = PaperJobs();
  fleet.Arrive({465, 378, 204, 753});
  const auto policy = MakeStaticPartition();
  const auto before = DealtBy(*policy, fleet, 1'800);
  fleet.Arrive({4, 5'000, 7, 9});  // other kinds come for a while
  fleet.Arrive({465, 378, 204, 753});
  EXPECT_EQ(DealtBy(*policy, fleet, 1'800), before);

  fleet.seen.Add(6, TieredFleet::Tier(1));
  auto after = DealtBy(*policy, fleet, 1'800);
  EXPECT_NE(after, before);
  EXPECT_GT(after[6], 0);
}

TEST(StaticPartition, CutsAgainWhenASiteHasLearnedItsFleet) {
  TieredFleet fleet = PaperJobs();
  fleet.Arrive({1, 1, 1, 1});
  const auto policy = MakeStaticPartition();
  DealtBy(*policy, fleet, 4);
  fleet.Arrive({465, 378, 204, 753});
  auto dealt = DealtBy(*policy, fleet, 1'800);
  EXPECT_GE(dealt[5], 480 - 1);
  EXPECT_GE(dealt[4], 240 - 1);
  EXPECT_GE(dealt[3], 120 - 1);
}

TEST(StaticPartition, SharesByDemandWhereNobodyKnowsHowManyDevicesThereAre) {
  TieredFleet fleet;
  fleet.seen.Add(1).job.demand = 10;
  fleet.seen.Add(2).job.demand = 30;
  fleet.Arrive({400});
  const auto dealt = DealtBy(*MakeStaticPartition(), fleet, 0);
  EXPECT_EQ(dealt, (std::map<std::uint64_t, int>{{1, 100}, {2, 300}}));
}

TEST(StaticPartition, GivesKindsThatNobodyHasSeenToTheHardestJobForNow) {
  TieredFleet fleet = PaperJobs();
  const auto policy = MakeStaticPartition();
  Rng chance(1);
  const CountedCensus nobody(0);
  Plan plan = policy->MakePlan(fleet.Known(nobody), chance);
  fleet.Arrive({0, 10, 10, 10});
  auto dealt = fleet.Deal(std::move(plan));
  EXPECT_EQ(dealt[5], 10);
  EXPECT_EQ(dealt[4], 10);
  EXPECT_EQ(dealt[2], 10);
}

TEST(StaticPartition, PlansNothingForNobody) {
  SeenByPolicy nobody;
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeStaticPartition(), nobody, chance), IsEmpty());
}

}  // namespace
}  // namespace propius
