#include "sim/fleet.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/fleet_testing.h"

namespace propius {
namespace {

SessionRun RunOf(const std::string& policy, std::uint64_t seed = 1) {
  SessionRun run;
  run.policy = ParsePolicyChoice(policy).value();
  run.seed = seed;
  return run;
}

std::vector<std::string> AllPolicies() {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  return registry.Names();
}

class FleetTest : public testing::Test {
 protected:
  RunRecord Simulate(const SessionRun& run) {
    Result<RunRecord> record = SimulateFleet(workload_, run);
    EXPECT_TRUE(record) << run.policy.name << ": " << (record ? "" : record.error().message);
    return record.value_or(RunRecord());
  }

  QuietEvents quiet_;
  Workload workload_ = SmallWorkload();
};

TEST_F(FleetTest, EveryPolicyEndsAllJobsInBothModes) {
  for (const std::string& policy : AllPolicies()) {
    for (const bool small_batch : {false, true}) {
      SCOPED_TRACE(policy + (small_batch ? " in small batches" : " online"));
      SessionRun run = RunOf(policy);
      run.matching.small_batch = small_batch;
      BindLedger ledger(workload_);
      run.on_bind = ledger.watch();
      const RunRecord record = Simulate(run);
      EXPECT_EQ(record.finished(), 6U);
      EXPECT_EQ(record.ineligible_offers, 0U);
      EXPECT_EQ(record.bindings, ledger.binds());
      for (const JobRecord& job : record.jobs) EXPECT_EQ(job.rounds, 3U);
    }
  }
}

TEST_F(FleetTest, GivesEqualRunsToEqualSeeds) {
  for (const bool small_batch : {false, true}) {
    SessionRun run = RunOf("random", 4);
    run.matching.small_batch = small_batch;
    const std::string digest = Simulate(run).digest;
    EXPECT_EQ(digest.size(), 16U);
    EXPECT_EQ(digest, Simulate(run).digest);
    run.seed = 5;
    EXPECT_NE(digest, Simulate(run).digest);
  }
}

TEST_F(FleetTest, BindsNoMoreDevicesThanARoundHasSlots) {
  // Devices that stay are never replaced: what is bound is what was asked for, at most.
  std::vector<Session> sessions;
  for (std::uint64_t i = 0; i < 8'000; ++i) sessions.push_back({Time(1s * i), Time(1s * i) + 2h, i});
  workload_.sessions = MakeStoredTrace(sessions);
  BindLedger ledger(workload_);
  SessionRun run = RunOf("srsf");
  run.on_bind = ledger.watch();
  const RunRecord record = Simulate(run);
  EXPECT_EQ(record.finished(), 6U);
  EXPECT_GE(ledger.rounds().size(), 18U);
  for (const auto& [round, slots] : ledger.rounds()) {
    EXPECT_LE(slots.size(), workload_.jobs.at(round.job.value - 1).spec.demand) << Show(round);
  }
}

TEST_F(FleetTest, ReplacesDevicesThatGoWithoutAWord) {
  // All leave before they are done: 80 s after the end of the session, 30 s of work by the mean device, ten times that
  // by these.
  workload_.fleet.capacities = {{.ms = 780, .kbps = 13'736}};
  workload_.jobs.resize(1);
  std::vector<Session> sessions;
  for (std::uint64_t i = 0; i < 3'000; ++i) sessions.push_back({Time(1s * i), Time(1s * i), i});
  workload_.sessions = MakeStoredTrace(sessions);
  BindLedger ledger(workload_);
  SessionRun run = RunOf("fifo");
  run.on_bind = ledger.watch();
  const RunRecord record = Simulate(run);
  EXPECT_EQ(record.finished(), 0U);
  EXPECT_EQ(record.jobs[0].finish_s, -1);
  EXPECT_GE(record.jobs[0].aborts, 4U);
  // Each round of ten slots has had several devices in each.
  EXPECT_GE(ledger.BoundIn({{1}, {1}}), 30U);
}

TEST_F(FleetTest, FinishesThroughLossesAndLatency) {
  for (const bool small_batch : {false, true}) {
    SessionRun run = RunOf("venn", 3);
    run.network = {.latency = 150ms, .loss = 0.1, .timeout = 3s};
    run.matching.small_batch = small_batch;
    BindLedger ledger(workload_);
    run.on_bind = ledger.watch();
    const RunRecord record = Simulate(run);
    EXPECT_EQ(record.finished(), 6U);
    EXPECT_EQ(record.ineligible_offers, 0U);
    EXPECT_EQ(record.bindings, ledger.binds());
    run.on_bind = nullptr;
    EXPECT_EQ(record.digest, Simulate(run).digest);
  }
}

TEST_F(FleetTest, TakesNoRoundForGoodUnderTheStrictRuleThatLacksReports) {
  // So few devices that rounds run out of time with less than they wanted.
  workload_.sessions = MakeGeneratedTrace({.sessions = 20'000, .rate = 0.04, .diurnal = false});
  for (ArrivingJob& job : workload_.jobs) job.spec.demand = 5;
  const RunRecord lenient = Simulate(RunOf("fifo"));
  SessionRun run = RunOf("fifo");
  run.strict = true;
  const RunRecord strict = Simulate(run);
  const auto aborts = [](const RunRecord& record) {
    std::uint32_t sum = 0;
    for (const JobRecord& job : record.jobs) sum += job.aborts;
    return sum;
  };
  EXPECT_EQ(lenient.finished(), 6U);
  EXPECT_EQ(strict.finished(), 6U);
  EXPECT_GT(aborts(strict), 0U);
  EXPECT_GE(strict.average_jct(), lenient.average_jct());
}

TEST_F(FleetTest, EndsAtTheHorizonWithJobsThatNobodyCanServe) {
  workload_.fleet.eligibility = {1};  // class 1 alone
  const RunRecord record = Simulate(RunOf("srsf"));
  EXPECT_EQ(record.finished(), 2U);
  EXPECT_EQ(record.checkins, 12'000U);
  EXPECT_EQ(record.jobs[1].finish_s, -1);
  EXPECT_GT(record.jobs[1].scheduling_s, 10'000);
}

TEST_F(FleetTest, StopsWhenItIsTold) {
  SessionRun run = RunOf("fifo");
  run.until = Time(5min);
  const RunRecord record = Simulate(run);
  EXPECT_LT(record.finished(), 6U);
  EXPECT_LT(record.checkins, 300U);
}

TEST_F(FleetTest, TellsHowFarItIs) {
  std::vector<double> told;
  ASSERT_TRUE(SimulateFleet(workload_, RunOf("fifo"), [&](double done) { told.push_back(done); }));
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_GE(told.front(), 0);
  EXPECT_LE(told.back(), 1);
}

TEST_F(FleetTest, CountsSupplyTimeAndUse) {
  double cpu = 0;
  SessionRun run = RunOf("fifo");
  run.cpu_seconds = [&] { return cpu += 1; };
  const RunRecord record = Simulate(run);
  EXPECT_EQ(record.loop_cpu_s, 1);
  ASSERT_EQ(record.supply_by_hour.size(), 5U);  // all, and four classes
  EXPECT_GT(record.supply_by_hour[0][0], record.supply_by_hour[4][0]);
  EXPECT_GT(record.utilization, record.utilization_of_all);
  EXPECT_GT(record.utilization_of_all, 0);
  EXPECT_LT(record.utilization, 1);
  EXPECT_GT(record.plans, 18U);
  EXPECT_GT(record.bindings_per_waiting_second, 0);
  EXPECT_GT(record.avg_queue_delay_s, 0);
  for (const JobRecord& job : record.jobs) {
    // What does not wait for devices or reports is a moment between rounds.
    EXPECT_NEAR(job.scheduling_s + job.collecting_s, job.finish_s - job.start_s, 3) << job.id;
  }
}

TEST_F(FleetTest, RefusesWhatItCannotRun) {
  EXPECT_EQ(SimulateFleet(workload_,
                          [] {
                            SessionRun run;
                            run.policy.name = "nosuch";
                            return run;
                          }())
                .error()
                .code,
            Code::kInvalidArgument);
  Workload no_devices = workload_;
  no_devices.fleet.capacities.clear();
  EXPECT_EQ(SimulateFleet(no_devices, RunOf("fifo")).error().code, Code::kInvalidArgument);
  Workload no_sessions = workload_;
  no_sessions.sessions.reset();
  EXPECT_EQ(SimulateFleet(no_sessions, RunOf("fifo")).error().code, Code::kInvalidArgument);
  Workload bad_job = workload_;
  bad_job.jobs[0].spec.demand = 0;
  EXPECT_EQ(SimulateFleet(bad_job, RunOf("fifo")).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace propius
