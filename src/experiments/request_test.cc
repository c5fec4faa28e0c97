#include "experiments/request.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

class Requests : public testing::Test {
 protected:
  Requests() { AddBuiltinPolicies(policies_); }

  std::string MessageOf(const SimulationFlags& flags) const {
    const auto request = ReadRequest(flags, policies_);
    if (request) return "accepted";
    EXPECT_EQ(request.error().code, Code::kInvalidArgument);
    EXPECT_EQ(request.error().message.find('\n'), std::string::npos);
    return request.error().message;
  }

  PolicyRegistry policies_;
};

TEST_F(Requests, PutPoliciesSideBySideForEverySeedAndWorkload) {
  SimulationFlags flags;
  flags.policies = {"fifo", "srsf"};
  flags.workloads = {"even", "low"};
  flags.seeds = {1, 2, 3};
  flags.rules = "released";
  flags.dispatch_delay = "1s";
  const auto request = ReadRequest(flags, policies_);
  ASSERT_TRUE(request) << request.error().message;
  ASSERT_EQ(request->runs.size(), 12U);
  EXPECT_EQ(request->runs[0].policy, "fifo");
  EXPECT_EQ(request->runs[1].policy, "srsf");
  EXPECT_EQ(request->runs[1].seed, 1U);
  EXPECT_EQ(request->runs[2].seed, 2U);
  EXPECT_EQ(request->runs[6].workload, "low");
  EXPECT_EQ(request->runs[0].rules, EventRules::kReleased);
  EXPECT_EQ(request->runs[0].dispatch_delay, 1s);
  EXPECT_EQ(request->runs[0].changes.rounds, 1);
}

TEST_F(Requests, NameAWorkloadByItsFile) {
  SimulationFlags flags;
  flags.policies = {"fifo"};
  flags.jobs = "some/where/mine.csv";
  const auto request = ReadRequest(flags, policies_);
  ASSERT_TRUE(request) << request.error().message;
  ASSERT_EQ(request->runs.size(), 1U);
  EXPECT_EQ(request->runs[0].workload, "mine");
  EXPECT_EQ(request->runs[0].rules, EventRules::kProduction);
}

TEST_F(Requests, CarryTheNetworkOfProductionRules) {
  SimulationFlags flags;
  flags.policies = {"fifo"};
  flags.latency = "150ms";
  flags.loss = 0.1;
  const auto request = ReadRequest(flags, policies_);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->runs[0].latency, 150ms);
  EXPECT_EQ(request->runs[0].loss, 0.1);
}

TEST_F(Requests, TakeAnExperimentWithItsOwnRuns) {
  SimulationFlags flags;
  flags.experiment = "venn-table1";
  flags.quick = true;
  flags.seeds = {7};
  flags.workloads = {"low"};
  const auto request = ReadRequest(flags, policies_);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->experiment->name, "venn-table1");
  ASSERT_EQ(request->runs.size(), 5U);
  EXPECT_EQ(request->runs[0].policy, "random");
  EXPECT_EQ(request->runs[0].seed, 7U);
  EXPECT_LT(request->runs[0].changes.rounds, 1);
}

TEST_F(Requests, SayWhatIsWrongInOneLine) {
  SimulationFlags flags;
  flags.policies = {"fifo", "nope"};
  EXPECT_EQ(MessageOf(flags).rfind("--policy nope: policy: expected one of ", 0), 0U);
  flags.policies = {"fifo"};
  flags.workloads = {"huge"};
  EXPECT_EQ(MessageOf(flags), "--workload: expected some of even, small, large, low, high, got \"huge\"");
  flags.workloads = {};
  flags.dispatch_delay = "1s";
  EXPECT_EQ(MessageOf(flags), "--dispatch-delay: expected nothing without --rules released, whose it is");
  flags.rules = "released";
  flags.dispatch_delay = "soon";
  EXPECT_EQ(MessageOf(flags), "--dispatch-delay: expected a duration such as 1s, got \"soon\"");
  flags.dispatch_delay = "";
  flags.loss = 0.1;
  EXPECT_EQ(MessageOf(flags), "--loss: expected nothing with --rules released, which have no network");
  flags.loss = 0;
  flags.latency = "150ms";
  EXPECT_EQ(MessageOf(flags), "--latency: expected nothing with --rules released, which have no network");
  flags.rules = "";
  flags.latency = "far";
  EXPECT_EQ(MessageOf(flags), "--latency: expected a duration such as 150ms, got \"far\"");
  flags.rules = "released";
  flags.latency = "";
  flags.mode = "small_batch";
  EXPECT_EQ(MessageOf(flags), "--mode: expected nothing but online with --rules released");
  flags = {};
  flags.policies = {"fifo"};
  flags.jobs = "jobs.csv";
  flags.workloads = {"even"};
  EXPECT_EQ(MessageOf(flags), "--workload: expected nothing beside --jobs, which names the jobs");
  flags = {};
  flags.policies = {"fifo"};
  flags.checkins = "c.csv";
  flags.rate = 3;
  EXPECT_EQ(MessageOf(flags), "--rate: expected nothing beside --checkins, which holds the sessions");
  flags = {};
  flags.policies = {"fifo"};
  flags.capacity = "c.csv";
  flags.devices = 3;
  EXPECT_EQ(MessageOf(flags), "--devices: expected nothing beside --capacity, which lists the devices");
  flags = {};
  flags.experiment = "venn-table9";
  EXPECT_EQ(MessageOf(flags).rfind("--experiment: expected one of venn-table1, ", 0), 0U);
  flags.experiment = "venn-table1";
  flags.policies = {"fifo"};
  EXPECT_EQ(MessageOf(flags), "--policy: expected nothing beside --experiment, which sets it");
  flags = {};
  flags.experiment = "propius-fig2";
  flags.workloads = {"low"};
  EXPECT_EQ(MessageOf(flags), "--workload: expected nothing with propius-fig2, which has jobs of its own, got \"low\"");
}

}  // namespace
}  // namespace propius
