#include "sim/fleet_population.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace propius {
namespace {

// How many meet both needs of the jobs of the three tiers.
std::vector<std::int64_t> EligibleByTier(const std::vector<FleetMember>& members) {
  const auto jobs = PropiusJobs(1);
  std::vector<std::int64_t> eligible;
  for (const std::size_t job : {0U, 2U, 4U}) {
    eligible.push_back(std::ranges::count_if(members, [&](const FleetMember& member) {
      return jobs.at(job).needs.Admits(member.shared) && jobs.at(job).private_needs.Admits(member.kept);
    }));
  }
  return eligible;
}

TEST(Population, HasTheEligibleDevicesOfTheAuthors) {
  const auto eligible = [](std::uint32_t devices) { return EligibleByTier(DrawPopulation(devices, 1).value()); };
  EXPECT_EQ(eligible(1'200), (std::vector<std::int64_t>{879, 633, 495}));
  EXPECT_EQ(eligible(1'500), (std::vector<std::int64_t>{1'104, 795, 633}));
  EXPECT_EQ(eligible(1'800), (std::vector<std::int64_t>{1'335, 957, 753}));
  EXPECT_EQ(eligible(2'100), (std::vector<std::int64_t>{1'566, 1'128, 858}));
}

TEST(Population, IsThreeTimesTheSameDevices) {
  const auto members = DrawPopulation(1'201, 5).value();
  ASSERT_EQ(members.size(), 1'201U);
  for (std::size_t i = 0; i < 400; ++i) {
    EXPECT_EQ(members[i].index, members[401 + i].index);
    EXPECT_EQ(members[i].shared, members[801 + i].shared);
    EXPECT_EQ(members[i].kept, members[801 + i].kept);
  }
}

TEST(Population, DrawsBandwidthByTheSeedAroundFiveMegabits) {
  const auto kbps = [](std::uint64_t seed) {
    std::vector<double> all;
    const auto members = DrawPopulation(6'000, seed).value();
    for (const FleetMember& member : members) all.push_back(*member.shared.Get("kbps"));
    return all;
  };
  std::vector<double> one = kbps(1);
  EXPECT_EQ(one, kbps(1));
  EXPECT_NE(one, kbps(2));
  std::ranges::sort(one);
  EXPECT_GE(one.front(), 300);
  EXPECT_LE(one.back(), 100'000);
  EXPECT_NEAR(one[one.size() / 2], 5'000, 400);
  // One sigma of the logarithm on either side.
  EXPECT_NEAR(one[one.size() * 16 / 100], 5'000 / 2.718, 250);
  EXPECT_NEAR(one[one.size() * 84 / 100], 5'000 * 2.718, 1'500);
}

TEST(Population, AsksForADeviceAFifthMoreThanItNeeds) {
  const auto jobs = PropiusJobs(7);
  std::vector<std::uint32_t> slots;
  for (const JobSpec& job : jobs) {
    EXPECT_TRUE(Validate(job));
    EXPECT_EQ(job.rounds, 7U);
    slots.push_back(SlotsFor(job.demand, job.over_commit));
  }
  EXPECT_EQ(slots, (std::vector<std::uint32_t>{60, 120, 120, 240, 480}));
}

// 24 s of training on a phone of 20 ms, and 148,032 kbit at 5 Mbit/s.
TEST(Population, WorksAsLongAsTheAuthorsClients) {
  EXPECT_EQ(TaskTime(PropiusJobs(1)[0].work, {.ms_per_sample = 20, .kbps = 5'000}), FromSeconds(24 + 29.6064));
}

}  // namespace
}  // namespace propius
