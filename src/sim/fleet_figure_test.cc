#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/fleet.h"
#include "sim/fleet_testing.h"

namespace propius {
namespace {

PropiusFigureRun FigureOf(const std::string& policy, std::uint32_t devices, std::uint32_t rounds = 2) {
  PropiusFigureRun run;
  run.policy = ParsePolicyChoice(policy).value();
  run.devices = devices;
  run.rounds = rounds;
  return run;
}

class PropiusFigureTest : public testing::Test {
 protected:
  static RunRecord Simulate(const PropiusFigureRun& run) {
    Result<RunRecord> record = SimulatePropiusFigure(run);
    EXPECT_TRUE(record) << (record ? "" : record.error().message);
    return record.value_or(RunRecord());
  }
  QuietEvents quiet_;
};

TEST_F(PropiusFigureTest, EndsAllJobsWithSchedulersAndWithPureRandom) {
  for (const std::string policy : {"random", "fifo", "srsf", "venn", "random_per_device"}) {
    SCOPED_TRACE(policy);
    const RunRecord record = Simulate(FigureOf(policy, 1'800));
    EXPECT_EQ(record.finished(), 5U);
    EXPECT_EQ(record.ineligible_offers, 0U);
    // 1,020 devices a round of all jobs.
    EXPECT_GE(record.bindings, 2U * 1'020);
    EXPECT_GT(record.utilization, 0.15);
    EXPECT_LT(record.utilization, 0.8);
    EXPECT_LE(record.utilization_of_all, record.utilization);
    // About a sixth of a thousand seconds a round (propius.md 3.3).
    EXPECT_GT(record.average_jct(), 2 * 80);
    EXPECT_LT(record.average_jct(), 2 * 400);
  }
}

TEST_F(PropiusFigureTest, HasNoDevicesForSomeJobsOfAStaticPartitionOfTwelveHundred) {
  const RunRecord record = Simulate(FigureOf("static_partition", 1'200));
  ASSERT_EQ(record.jobs.size(), 5U);
  EXPECT_GE(record.jobs[0].finish_s, 0);
  EXPECT_GE(record.jobs[1].finish_s, 0);
  EXPECT_EQ(record.jobs[2].finish_s, -1);
  EXPECT_EQ(record.jobs[3].finish_s, -1);
}

TEST_F(PropiusFigureTest, ServesAllJobsOfAStaticPartitionOfEighteenHundred) {
  EXPECT_EQ(Simulate(FigureOf("static_partition", 1'800)).finished(), 5U);
}

TEST_F(PropiusFigureTest, LetsTheSchedulerChooseWhereItIsAskedTo) {
  PropiusFigureRun run = FigureOf("random_per_device", 1'800);
  run.device_chooses = false;
  const RunRecord offered = Simulate(run);
  EXPECT_EQ(offered.finished(), 5U);
  EXPECT_NE(offered.digest, Simulate(FigureOf("random_per_device", 1'800)).digest);
}

TEST_F(PropiusFigureTest, LetsDevicesStartAsTheyComeWhereItIsAskedTo) {
  for (const std::string policy : {"random", "venn"}) {
    SCOPED_TRACE(policy);
    PropiusFigureRun run = FigureOf(policy, 1'800);
    const RunRecord waiting = Simulate(run);
    run.devices_wait = false;
    const RunRecord record = Simulate(run);
    EXPECT_EQ(record.finished(), 5U);
    // A round is waited for until it has the devices that it needs, not those that it asked for beyond them.
    EXPECT_LT(record.avg_queue_delay_s, waiting.avg_queue_delay_s);
  }
}

TEST_F(PropiusFigureTest, RunsInSmallBatchesToo) {
  PropiusFigureRun run = FigureOf("fifo", 1'800, 1);
  run.matching.small_batch = true;
  EXPECT_EQ(Simulate(run).finished(), 5U);
}

TEST_F(PropiusFigureTest, GivesADeviceOneTaskAtATimeAndEqualRunsToEqualSeeds) {
  PropiusFigureRun run = FigureOf("random", 1'500);
  std::vector<FleetBind> binds;
  run.on_bind = [&](const FleetBind& bind) { binds.push_back(bind); };
  const RunRecord record = Simulate(run);
  std::ranges::sort(binds, {}, [](const FleetBind& bind) { return std::pair(bind.device.value, bind.at); });
  for (std::size_t i = 1; i < binds.size(); ++i) {
    if (binds[i].device != binds[i - 1].device) continue;
    // Two tasks of one device are more than the pauses of one apart, and never of one round.
    EXPECT_GE(binds[i].at - binds[i - 1].at, Duration(3s));
    EXPECT_NE(binds[i].round, binds[i - 1].round);
  }
  run.on_bind = nullptr;
  EXPECT_EQ(record.digest, Simulate(run).digest);
  run.seed = 2;
  EXPECT_NE(record.digest, Simulate(run).digest);
}

TEST_F(PropiusFigureTest, TellsHowFarItIs) {
  std::vector<double> told;
  ASSERT_TRUE(SimulatePropiusFigure(FigureOf("fifo", 1'800, 1), [&](double done) { told.push_back(done); }));
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), 1);
}

TEST_F(PropiusFigureTest, RefusesAnEmptyFleet) {
  EXPECT_EQ(SimulatePropiusFigure(FigureOf("fifo", 0)).error().code, Code::kInvalidArgument);
  EXPECT_EQ(SimulatePropiusFigure(FigureOf("fifo", 1'500, 0)).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace propius
