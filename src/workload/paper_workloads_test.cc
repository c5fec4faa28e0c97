#include "workload/paper_workloads.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workload/run_record.h"

namespace propius {
namespace {

using testing::HasSubstr;

double DevicesAskedFor(const std::vector<ArrivingJob>& jobs) {
  double sum = 0;
  for (const ArrivingJob& job : jobs) sum += static_cast<double>(job.spec.demand) * job.spec.rounds;
  return sum;
}

TEST(PaperWorkloads, HaveTheSumsOfThePaper) {
  const std::map<std::string, double> sums = {
      {"even", 29.91e6}, {"small", 14.51e6}, {"large", 46.60e6}, {"low", 6.62e6}, {"high", 38.08e6}};
  for (const std::string_view name : kPaperWorkloads) {
    const auto jobs = PaperJobs(name);
    ASSERT_TRUE(jobs) << jobs.error().message;
    EXPECT_EQ(jobs->size(), 50);
    EXPECT_NEAR(DevicesAskedFor(*jobs), sums.at(std::string(name)), 0.01e6) << name;
    EXPECT_GT(PaperRepeats(name), 0);
  }
}

TEST(PaperWorkloads, ListTheKnownOnesToWhoMisspells) {
  const auto jobs = PaperJobs("uneven");
  ASSERT_FALSE(jobs);
  EXPECT_THAT(jobs.error().message, HasSubstr("expected one of even, small, large, low, high, got \"uneven\""));
  EXPECT_FALSE(DrawJobs("uneven", {}));
  EXPECT_FALSE(PaperWorkload("uneven"));
  EXPECT_EQ(PaperRepeats("uneven"), 0);
}

TEST(PaperWorkloads, DrawsFromTheTemplatesOfTheList) {
  const auto jobs = DrawJobs("low", {.seed = 1, .jobs = 400});
  ASSERT_TRUE(jobs);
  EXPECT_EQ(jobs->front().arrives_s, 3'600);
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    const ArrivingJob& job = (*jobs)[i];
    EXPECT_LE(job.spec.demand, 200);
    EXPECT_EQ(job.requirement, static_cast<int>(i % 4) + 1);
    EXPECT_EQ(job.spec.deadline, job.spec.demand <= 128 ? 300s : 600s);
    EXPECT_TRUE(Validate(job.spec));
  }
  EXPECT_NEAR((jobs->back().arrives_s - 3'600) / 399, 1'800, 270);
  const auto again = DrawJobs("low", {.seed = 1, .jobs = 400});
  EXPECT_EQ(again->back().arrives_s, jobs->back().arrives_s);
}

TEST(PaperWorkloads, BiasedOnesAskMostlyForOneClass) {
  for (int biased = 1; biased <= 4; ++biased) {
    const auto jobs = DrawJobs("even", {.seed = 2, .jobs = 4'000, .biased_to = biased});
    ASSERT_TRUE(jobs);
    std::map<int, int> count;
    for (const ArrivingJob& job : *jobs) ++count[job.requirement];
    for (int requirement = 1; requirement <= 4; ++requirement) {
      EXPECT_NEAR(count[requirement], requirement == biased ? 2'800 : 400, 100);
    }
  }
  EXPECT_FALSE(DrawJobs("even", {.biased_to = 5}));
  EXPECT_FALSE(DrawJobs("even", {.biased_to = 0}));
}

TEST(PaperWorkloads, MayDrawRequirementsEvenly) {
  const auto jobs = DrawJobs("high", {.jobs = 4'000, .random_requirements = true});
  std::map<int, int> count;
  for (const ArrivingJob& job : *jobs) ++count[job.requirement];
  for (int requirement = 1; requirement <= 4; ++requirement) EXPECT_NEAR(count[requirement], 1'000, 120);
}

TEST(PaperWorkloads, StretchingMovesArrivalsOnly) {
  const auto jobs = PaperJobs("even");
  const auto stream = Stretched(*jobs, 70);
  EXPECT_DOUBLE_EQ(stream[1].arrives_s, (*jobs)[1].arrives_s * 70);
  EXPECT_EQ(stream[1].spec, (*jobs)[1].spec);
}

TEST(PaperWorkloads, CapacitiesHaveTheHistogramsMeansAndMedians) {
  auto capacities = DrawCapacities(200'000, 1);
  double ms = 0;
  double kbps = 0;
  for (const Fleet::Capacity& capacity : capacities) {
    ms += capacity.ms / 200'000;
    kbps += capacity.kbps / 200'000;
  }
  EXPECT_NEAR(ms, 78.2, 0.8);
  EXPECT_NEAR(kbps, 13'995, 300);
  std::ranges::nth_element(capacities, capacities.begin() + 100'000, {}, &Fleet::Capacity::kbps);
  EXPECT_NEAR(capacities[100'000].kbps, 6'157, 200);
}

TEST(PaperWorkloads, EligibilityHasTheStrataOfTheAuthorsList) {
  std::map<int, int> count;
  for (const std::uint8_t mask : PaperEligibility()) ++count[mask];
  const std::map<int, int> expected = {{0, 35}, {1, 305}, {3, 78}, {5, 124}, {15, 417}};
  EXPECT_EQ(count, expected);
}

TEST(PaperWorkloads, PhonesHaveTheirAttributesAndScaledSpeeds) {
  const auto phone = [](double cpu, double ms) {
    return PhoneModel{*Attributes::Make({{"android_os", 13}, {"cpu_f", cpu}, {"fp16_mem", 500}}, "test"), ms};
  };
  const std::vector<PhoneModel> phones = {phone(3, 10), phone(9, 30)};
  const Fleet fleet = PhoneFleet(phones, 1'000, 5);
  ASSERT_EQ(fleet.profiles.size(), 1'000);
  for (std::size_t i = 0; i < 1'000; ++i) {
    const bool fast = fleet.profiles[i].Get("cpu_f") == 3;
    EXPECT_DOUBLE_EQ(fleet.capacities[i].ms, fast ? 39 : 117);
    EXPECT_EQ(PhoneClass(2).Admits(fleet.profiles[i]), !fast);
    EXPECT_TRUE(PhoneClass(1).Admits(fleet.profiles[i]));
    EXPECT_FALSE(PhoneClass(3).Admits(fleet.profiles[i]));
    EXPECT_TRUE(PhoneClass(0).Admits(fleet.profiles[i]));
  }
  EXPECT_TRUE(PhoneFleet({}, 10, 1).profiles.empty());
}

TEST(PaperWorkloads, AWholeOneIsRepeatedAsOftenAsTheAuthorsDid) {
  const auto workload = PaperWorkload("low", true, 3);
  ASSERT_TRUE(workload);
  EXPECT_EQ(workload->sessions->horizon(), 20 * 432'000s);
  EXPECT_EQ(workload->fleet.capacities.size(), 500'000);
}

TEST(Workload, StatesWorkSoThatTaskTimeIsTheSimulatorsDuration) {
  const DeviceSpeed device{.ms_per_sample = 160.533, .kbps = 1'656.964};
  const double expected = 30 * 160.533 / 78 + 2 * 10 * 13'736 / 1'656.964;
  EXPECT_NEAR(Seconds(*TaskTime(WorkOf(30, 10), device)), expected, 1e-6);
  ArrivingJob job;
  StateInVennUnits(WorkOf(30, 10), job);
  EXPECT_DOUBLE_EQ(job.workload, 30);
  EXPECT_DOUBLE_EQ(job.comm, 10);
}

TEST(RunRecord, AveragesOverFinishedJobsOnly) {
  RunRecord record;
  EXPECT_EQ(record.average_jct(), 0);
  record.jobs = {{.start_s = 10, .finish_s = 30}, {.start_s = 5}, {.start_s = 0, .finish_s = 40}};
  EXPECT_EQ(record.finished(), 2);
  EXPECT_EQ(record.average_jct(), 30);
}

}  // namespace
}  // namespace propius
