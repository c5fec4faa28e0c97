#include <gtest/gtest.h>

#include "base/testing.h"
#include "experiments/attribute_list.h"
#include "experiments/plan_cost.h"
#include "experiments/venn_setup.h"
#include "experiments/workload_shelf.h"

namespace propius {
namespace {

TEST(AttributeList, ReadsColumnsAsAttributesAndPassesOverNames) {
  const auto devices = ParseAttributeList("device,cpu_f,ram_gb\n\"A, B\",7.5,6\r\nC,1,2\n\n", "d.csv");
  ASSERT_TRUE(devices) << devices.error().message;
  ASSERT_EQ(devices->size(), 2U);
  EXPECT_EQ((*devices)[0].Get("cpu_f"), 7.5);
  EXPECT_EQ((*devices)[1].Get("ram_gb"), 2.0);
  EXPECT_FALSE((*devices)[0].Get("device"));
}

TEST(AttributeList, SaysWhereItIsWrong) {
  const auto message = [](const char* csv) {
    const auto devices = ParseAttributeList(csv, "d.csv");
    return devices ? std::string("accepted") : devices.error().message;
  };
  EXPECT_EQ(message(""), "d.csv: expected a line of titles, got nothing");
  EXPECT_EQ(message("cpu_f\n"), "d.csv: expected a line for each device, got none");
  EXPECT_EQ(message("device,cpu_f\nA\n"), "d.csv:2: expected 2 columns, got 1");
  EXPECT_EQ(message("device,cpu_f\nA,1\nB,fast\n"), "d.csv:3: cpu_f: expected a number, got \"fast\"");
  EXPECT_EQ(message("device,CPU\nA,1\n").rfind("d.csv:2: ", 0), 0U);
}

std::vector<ArrivingJob> TwoJobs() {
  std::vector<ArrivingJob> jobs(2);
  jobs[0].arrives_s = 3'600;
  jobs[0].spec.demand = 100;
  jobs[0].spec.rounds = 1'000;
  jobs[1].id = 1;
  jobs[1].arrives_s = 5'600;
  jobs[1].spec.demand = 2;
  jobs[1].spec.rounds = 3;
  return jobs;
}

TEST(JobListChanges, ScaleJobsAndKeepOneOfEachAtLeast) {
  const auto jobs = Changed(TwoJobs(), {.participants = 0.25, .rounds = 0.01, .arrivals = 0.5});
  EXPECT_EQ(jobs[0].spec.demand, 25U);
  EXPECT_EQ(jobs[0].spec.rounds, 10U);
  EXPECT_EQ(jobs[0].arrives_s, 3'600);
  EXPECT_EQ(jobs[1].spec.demand, 1U);
  EXPECT_EQ(jobs[1].spec.rounds, 1U);
  EXPECT_EQ(jobs[1].arrives_s, 4'600);
  EXPECT_EQ(Changed(TwoJobs(), {.at_most = 1}).size(), 1U);
  EXPECT_TRUE(Changed({}, {.arrivals = 2}).empty());
}

RunAsked QuickAsked() {
  RunAsked asked;
  asked.policy = "fifo";
  asked.workload = "even";
  MakeQuick(asked);
  return asked;
}

TEST(WorkloadShelf, GivesTheSameTraceToEveryPolicyAndAnotherToEverySeed) {
  WorkloadShelf shelf;
  const auto first = [&](const RunAsked& asked) {
    const auto workload = shelf.Make(asked);
    EXPECT_TRUE(workload) << workload.error().message;
    std::array<Session, 3> sessions;
    EXPECT_EQ(workload->sessions->Open()->Read(sessions), 3U);
    return sessions[2].start;
  };
  RunAsked asked = QuickAsked();
  const Time start = first(asked);
  asked.policy = "srsf";
  EXPECT_EQ(first(asked), start);
  asked.seed = 2;
  EXPECT_NE(first(asked), start);
}

TEST(WorkloadShelf, DrawsAsManyDevicesAsAreAskedFor) {
  WorkloadShelf shelf;
  RunAsked asked = QuickAsked();
  asked.devices.devices = 321;
  asked.devices.days = 2;
  const auto workload = shelf.Make(asked);
  ASSERT_TRUE(workload) << workload.error().message;
  EXPECT_EQ(workload->fleet.capacities.size(), 321U);
  EXPECT_NEAR(static_cast<double>(workload->sessions->size()), asked.devices.rate * 2 * 86'400, 1);
  EXPECT_EQ(workload->jobs.size(), 50U);
}

TEST(WorkloadShelf, LetsOwnersStateWrongTotals) {
  WorkloadShelf shelf;
  RunAsked asked = QuickAsked();
  const auto ratios = [&] {
    std::vector<double> found;
    const auto workload = shelf.Make(asked);
    EXPECT_TRUE(workload) << workload.error().message;
    for (const ArrivingJob& job : workload->jobs) {
      // Roundings of a few rounds say little.
      if (job.spec.rounds >= 10) found.push_back(static_cast<double>(job.stated_rounds) / job.spec.rounds);
    }
    return found;
  };
  for (const double ratio : ratios()) EXPECT_EQ(ratio, 0) << "the truth needs no word";
  asked.changes.stated_factor = 2;
  for (const double ratio : ratios()) EXPECT_EQ(ratio, 2);
  asked.changes = {.rounds = asked.changes.rounds, .stated_spread = 1};
  const std::vector<double> spread = ratios();
  const auto [least, most] = std::ranges::minmax(spread);
  EXPECT_GE(least, 0.45);
  EXPECT_LT(least, 0.8);
  EXPECT_GT(most, 1.4);
  EXPECT_LE(most, 2.05);
}

class ShelfFolder : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) const { return folder_.Write(name, text); }

  const TestFolder folder_;
};

TEST_F(ShelfFolder, JobsOfATomlFileMeetRealPhones) {
  WorkloadShelf shelf;
  RunAsked asked;
  asked.workload = "mine";
  asked.jobs = Write("mine.toml",
                     "[[jobs]]\nname = \"a\"\ndemand = 5\narrival = \"10m\"\n[jobs.needs]\ncpu_f = 7\n"
                     "[jobs.work]\nsamples = 400\nkilobits = 80000\n");
  const auto workload = shelf.Make(asked);
  ASSERT_TRUE(workload) << workload.error().message;
  ASSERT_EQ(workload->jobs.size(), 1U);
  EXPECT_EQ(workload->jobs[0].arrives_s, 600);
  EXPECT_FALSE(workload->fleet.profiles.empty());
  EXPECT_TRUE(workload->fleet.profiles[0].Get("cpu_f"));
}

TEST_F(ShelfFolder, ListsOfClassesAndOfAttributesAreToldApart) {
  WorkloadShelf shelf;
  RunAsked asked = QuickAsked();
  asked.devices.capacity = Write("capacity.csv", "computation,communication\n78,13736\n39,27472\n");
  asked.devices.eligibility = Write("classes.csv", "mask\n15\n1\n");
  auto workload = shelf.Make(asked);
  ASSERT_TRUE(workload) << workload.error().message;
  EXPECT_EQ(workload->fleet.eligibility, (std::vector<std::uint8_t>{15, 1}));
  EXPECT_EQ(workload->fleet.capacities.size(), 2U);
  EXPECT_EQ(workload->jobs[0].requirement, 1);

  asked.devices.eligibility = Write("phones.csv", "device,cpu_f\nA,9\nB,2\nC,3\n");
  workload = shelf.Make(asked);
  ASSERT_TRUE(workload) << workload.error().message;
  EXPECT_EQ(workload->fleet.profiles.size(), 3U);
  EXPECT_EQ(workload->jobs[0].requirement, 0);
  EXPECT_FALSE(workload->jobs[0].spec.needs.bounds().empty());
}

TEST_F(ShelfFolder, WhatCannotBeReadIsNamed) {
  WorkloadShelf shelf;
  RunAsked asked = QuickAsked();
  const auto message = [&] {
    const auto workload = shelf.Make(asked);
    return workload ? std::string("accepted") : workload.error().message;
  };
  asked.devices.eligibility = Write("bad.csv", "mask\nmany\n");
  EXPECT_NE(message().find("bad.csv:2"), std::string::npos) << message();
  asked.devices.eligibility = (folder_ / "nowhere.csv").string();
  EXPECT_NE(message().find("nowhere.csv"), std::string::npos) << message();
  asked.devices.eligibility = "";
  asked.devices.checkins = Write("sessions.csv", "ID,start,end\n1,x,2\n");
  EXPECT_NE(message().find("sessions.csv:2"), std::string::npos) << message();
  asked.devices.checkins = "";
  asked.jobs = Write("jobs.toml", "[[jobs]]\nname = \"a\"\n");
  EXPECT_NE(message().find("jobs.toml"), std::string::npos) << message();
}

TEST(PlanCost, IsMeasuredForEveryPolicy) {
  PolicyRegistry policies;
  AddBuiltinPolicies(policies);
  const auto cost = MeasurePlanCost(policies, "srsf", 40, 10);
  ASSERT_TRUE(cost) << cost.error().message;
  EXPECT_GT(cost->usual_us, 0);
  EXPECT_FALSE(MeasurePlanCost(policies, "nope", 40, 10));
  EXPECT_FALSE(MeasurePlanCost(policies, "srsf:", 40, 10));
}

}  // namespace
}  // namespace propius
