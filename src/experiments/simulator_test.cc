#include "experiments/simulator.h"

#include <gtest/gtest.h>

#include "experiments/venn_setup.h"

namespace propius {
namespace {

class CountingWorkers final : public Workers {
 public:
  explicit CountingWorkers(int& tasks) : tasks_(tasks) {}
  void Run(Task work) override {
    ++tasks_;
    work();
  }

 private:
  int& tasks_;
};

class Simulator : public testing::Test {
 protected:
  Simulator() { AddBuiltinPolicies(policies_); }

  static RunAsked Quick(const std::string& policy, EventRules rules = EventRules::kReleased) {
    RunAsked asked{.policy = policy, .workload = "low", .rules = rules};
    MakeQuick(asked);
    asked.changes.at_most = 6;
    asked.devices.days = 0.2;
    return asked;
  }
  RunRecord RunOf(const RunAsked& asked, Workers* workers = nullptr) const {
    const auto record = MakeSimulator(policies_, workers)(asked, [](double) { return true; });
    EXPECT_TRUE(record) << record.error().message;
    return record ? *record : RunRecord{};
  }

  PolicyRegistry policies_;
};

TEST_F(Simulator, PlansPartsWithTheWorkersThatItHas) {
  int tasks = 0;
  CountingWorkers workers(tasks);
  const RunAsked asked = Quick("partitioned:parts=3:inner=srsf");
  EXPECT_EQ(RunOf(asked, &workers).digest, RunOf(asked).digest);
  EXPECT_GT(tasks, 0);
}

TEST_F(Simulator, PutsANetworkBetweenDevicesAndDesksWhereAskedTo) {
  RunAsked asked = Quick("fifo", EventRules::kProduction);
  const RunRecord near = RunOf(asked);
  asked.latency = 5s;
  const RunRecord far = RunOf(asked);
  EXPECT_NE(far.digest, near.digest);
  asked.loss = 0.3;
  EXPECT_NE(RunOf(asked).digest, far.digest);
}

TEST_F(Simulator, HidesTheSpeedOfDevicesWhereAskedTo) {
  RunAsked asked = Quick("fluid");
  asked.changes.at_most = 20;
  asked.devices.days = 1;
  const std::string known = RunOf(asked).digest;
  asked.speed_known = false;
  EXPECT_NE(RunOf(asked).digest, known);
}

}  // namespace
}  // namespace propius
