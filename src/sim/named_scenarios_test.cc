// Ways in which real systems of this kind lost data or hung, as test cases (guarantees section 5, by its numbers).
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/swarm.h"

namespace propius {
namespace {

using testing::IsEmpty;
using Counts = std::map<std::string, std::uint64_t>;

// One job, and as many devices as its rounds take.
Scenario MakeSmall(std::uint32_t rounds, std::uint32_t demand, Duration deadline) {
  Scenario scenario = MakePlain(1, "fifo");
  scenario.name = "Small";
  scenario.devices = demand;
  scenario.storm = 10min;  // of nothing but what the test does
  scenario.jobs.resize(1);
  JobSpec& spec = scenario.jobs[0].spec;
  spec.rounds = rounds;
  spec.demand = demand;
  spec.deadline = deadline;
  return scenario;
}

void KillFor(Trial& trial, ServerProcess& process, Time when, Duration down) {
  trial.world().At(when, [&] { process.Kill(); });
  trial.world().At(when + down, [&] {
    if (process.alive()) return;
    EXPECT_TRUE(process.Start());
  });
}

// 1. A restart loses the run.
class Restart : public testing::TestWithParam<std::string> {};

TEST_P(Restart, AtAnyMomentLosesNoRoundAndNoContribution) {
  for (Time when = Time(100ms); when < Time(30s); when += 700ms) {
    Scenario scenario = MakePlain(1, "fifo");
    scenario.storm = 2min;
    Trial trial(scenario);
    ServerProcess* process = nullptr;
    if (GetParam() == "control") process = &trial.site().control();
    if (GetParam() == "root") process = &trial.site().root();
    if (GetParam() == "leaf") process = &trial.site().leaf(0);
    KillFor(trial, *process, when, 2s);
    trial.Start();
    trial.RunToEnd();
    const Outcome outcome = trial.Finish();
    ASSERT_THAT(outcome.violations, IsEmpty()) << FormatDuration(when.time_since_epoch());
    ASSERT_EQ(outcome.outcomes, (Counts{{"completed", 9}})) << FormatDuration(when.time_since_epoch());
    ASSERT_EQ(outcome.counted, 27U);
  }
}

TEST_P(Restart, ManyTimesInARowLosesNothingEither) {
  Scenario scenario = MakePlain(1, "srsf");
  scenario.storm = 3min;
  Trial trial(scenario);
  for (Time when = Time(1s); when < Time(2min); when += 3s) {
    if (GetParam() == "control") KillFor(trial, trial.site().control(), when, 500ms);
    if (GetParam() == "root") KillFor(trial, trial.site().root(), when, 500ms);
    if (GetParam() == "leaf") KillFor(trial, trial.site().leaf(1), when, 500ms);
  }
  trial.Start();
  trial.RunToEnd();
  const Outcome outcome = trial.Finish();
  EXPECT_THAT(outcome.violations, IsEmpty());
  EXPECT_EQ(outcome.outcomes, (Counts{{"completed", 9}}));
}

INSTANTIATE_TEST_SUITE_P(Roles, Restart, testing::Values("control", "root", "leaf"),
                         [](const auto& test) { return test.param; });

// 3. A process dies before its last word, and the queue is wedged for all.
TEST(AbandonedJob, FreesItsDevicesForTheOtherJobsAtItsDeadline) {
  Scenario scenario = MakeSmall(1, 6, 40s);
  JobTraits other = scenario.jobs[0];
  other.tenant = "other";
  other.start = 5s;  // all devices are taken by then
  other.spec.name = "other";
  other.spec.rounds = 2;
  other.spec.deadline = 3min;
  scenario.jobs.push_back(other);
  Trial trial(scenario);
  // It dies when its devices are bound, and its plan is nowhere.
  trial.site().public_link().LoseIf([&](Way) { return trial.jobs()[0]->Where().ends_with("publishes its plan"); });
  trial.world().At(Time(4s), [&] {
    trial.jobs()[0]->Abandon();
    trial.site().public_link().LoseIf(nullptr);
  });
  trial.Start();
  trial.world().RunUntil(Time(1min));
  const JobBook& book = *trial.site().control().server()->book;
  const Round& dead = *book.CurrentRound(trial.jobs()[0]->id());
  EXPECT_EQ(dead.outcome, RoundOutcome::kAborted);
  EXPECT_LE(*dead.closed_at, dead.terms.deadline + 5s);
  trial.RunToEnd();
  const Outcome outcome = trial.Finish();
  EXPECT_THAT(outcome.violations, IsEmpty());
  EXPECT_EQ(outcome.outcomes, (Counts{{"aborted", 1}, {"completed", 2}}));
}

TEST(AbandonedJob, IsFinishedForItsSilence) {
  Scenario scenario = MakeSmall(3, 2, 30s);
  scenario.site.jobs.max_silence = 1min;
  Trial trial(scenario);
  trial.world().At(Time(20s), [&] { trial.jobs()[0]->Abandon(); });
  trial.Start();
  trial.world().RunUntil(Time(5min));
  const Job* job = trial.site().control().server()->book->FindJob(trial.jobs()[0]->id());
  ASSERT_NE(job, nullptr);
  EXPECT_EQ(job->state, JobState::kFinished);
  EXPECT_EQ(job->finish_reason, "silent");
}

TEST(DeadRoot, DoesNotKeepARoundOpenInTheControlPlane) {
  Scenario scenario = MakeSmall(1, 3, 30s);
  scenario.min_train = 15s;
  Trial trial(scenario);
  trial.world().At(Time(10s), [&] { trial.site().root().Kill(); });
  trial.Start();
  trial.world().RunUntil(Time(1min));
  const Round& round = *trial.site().control().server()->book->CurrentRound(trial.jobs()[0]->id());
  EXPECT_EQ(round.outcome, RoundOutcome::kAborted);
  EXPECT_EQ(round.reason, "no word from the data plane");
  EXPECT_LE(*round.closed_at, round.terms.deadline + 5s);
  ASSERT_TRUE(trial.site().root().Start());
  trial.RunToEnd();
  EXPECT_THAT(trial.Finish().violations, IsEmpty());
}

// 4. Waiting for feedback that never comes.
class SilentDevices : public testing::TestWithParam<std::uint32_t> {};

TEST_P(SilentDevices, MakeARoundPartialAtItsDeadlineAndAreListedAsLost) {
  constexpr std::uint32_t kDemand = 5;
  Scenario scenario = MakeSmall(1, kDemand, 1min);
  scenario.idle_devices = GetParam();
  Trial trial(scenario);
  trial.Start();
  Ledger ledger;
  Aggregate last;
  trial.world().RunUntil(Time(2min));
  trial.site().root().server()->node->GetAggregate(trial.jobs()[0]->token(), trial.jobs()[0]->key(), 0s,
                                                   [&](Result<Aggregate> result) { last = *std::move(result); });
  trial.world().RunFor(1s);
  const std::uint32_t reported = kDemand - GetParam();
  EXPECT_EQ(last.outcome, reported == 0 ? RoundOutcome::kAborted : RoundOutcome::kPartial);
  EXPECT_EQ(last.counted, reported);
  EXPECT_EQ(last.tensors == nullptr || ParseSafetensors(*last.tensors)->tensors.empty(), reported == 0);
  EXPECT_EQ(last.ledger.bound, kDemand);
  EXPECT_EQ(last.ledger.lost, (std::map<std::string, std::uint32_t>{{"unfinished", GetParam()}}));
  trial.RunToEnd();
  EXPECT_THAT(trial.Finish().violations, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Some, SilentDevices, testing::Range(1U, 6U));

// 7. A reply is lost, and the caller tries again blindly.
class LostReplies : public testing::TestWithParam<int> {};

TEST_P(LostReplies, LeaveTheStateOfOneExecution) {
  Scenario scenario = MakeSmall(3, 4, 9min);
  scenario.devices = 6;
  scenario.storm = 40min;
  Trial trial(scenario);
  // Of all answers to jobs and devices only one in n + 1 arrives; every request is served.
  std::uint64_t answers = 0;
  trial.site().public_link().LoseIf([&, n = static_cast<std::uint64_t>(GetParam())](Way way) {
    return way == Way::kBack && ++answers % (n + 1) != 0;
  });
  trial.Start();
  trial.RunToEnd();
  const Outcome outcome = trial.Finish();
  EXPECT_THAT(outcome.violations, IsEmpty());
  EXPECT_GT(outcome.faults.at("aimed_loss"), 20U);
  EXPECT_EQ(outcome.rounds, 3U);
  EXPECT_EQ(outcome.outcomes, (Counts{{"completed", 3}}));
  EXPECT_EQ(outcome.counted, 12U);
  EXPECT_EQ(trial.site().control().server()->book->jobs().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Times, LostReplies, testing::Range(1, 6));

// 8. It cannot come back after a cut.
TEST(Cut, OfALeafFromTheRootCostsTimeAndNothingElse) {
  for (const Duration begin : {2s, 6s, 12s}) {
    Scenario scenario = MakeSmall(2, 6, 5min);
    Trial trial(scenario);
    trial.world().At(Time(begin), [&] {
      trial.site().uplink(0).CutFor(45s);
      trial.site().uplink(1).CutFor(20s);
    });
    trial.Start();
    trial.RunToEnd();
    const Outcome outcome = trial.Finish();
    EXPECT_THAT(outcome.violations, IsEmpty());
    EXPECT_GT(outcome.faults.at("cut_message"), 0U);
    EXPECT_EQ(outcome.outcomes, (Counts{{"completed", 2}}));
    EXPECT_EQ(outcome.told_committed, 12U);
  }
}

TEST(Cut, IsOverWithinThreeSecondsOfItsEnd) {
  Scenario scenario = MakeSmall(1, 6, 5min);
  scenario.min_train = 10s;  // plans are fetched before the cut, updates come within it
  scenario.max_train = 20s;
  scenario.site.call_timeout = scenario.site.leaf.push_timeout = 1s;
  scenario.site.leaf.retry_max = 1s;
  Trial trial(scenario);
  trial.world().At(Time(8s), [&] {
    for (const std::size_t leaf : {0U, 1U}) trial.site().uplink(leaf).CutFor(30s);
  });
  trial.Start();
  trial.world().RunUntil(Time(38s));
  EXPECT_EQ(trial.stage().oracle.told_committed(), 0U);
  trial.world().RunUntil(Time(41s));
  EXPECT_EQ(trial.stage().oracle.told_committed(), 6U);
  trial.RunToEnd();
  EXPECT_THAT(trial.Finish().violations, IsEmpty());
}

TEST(Cut, OfTheRootFromTheControlPlaneDelaysOnlyTheLedger) {
  Scenario scenario = MakeSmall(2, 4, 2min);
  Trial trial(scenario);
  trial.site().control_link().CutFor(70s);
  trial.Start();
  trial.RunToEnd();
  const Outcome outcome = trial.Finish();
  EXPECT_THAT(outcome.violations, IsEmpty());
  EXPECT_EQ(outcome.outcomes, (Counts{{"completed", 2}}));
}

// 9. A stale round in the current aggregate.
TEST(StaleMessages, OfEarlierRoundsNeverReachALaterAggregate) {
  std::uint64_t late = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Scenario scenario = MakeSmall(4, 4, 25s);
    scenario.seed = seed;
    scenario.devices = 10;
    scenario.jobs[0].spec.over_commit = 1.5;
    scenario.storm = 4min;
    // Every fourth message crosses the borders of one round or two.
    scenario.faults.linger = 0.25;
    scenario.faults.max_linger = 60s;
    scenario.faults.duplicate = 0.3;
    const Outcome outcome = RunScenario(scenario);
    ASSERT_THAT(outcome.violations, IsEmpty()) << "seed " << seed;
    late += outcome.told_late;
  }
  EXPECT_GT(late, 20U);
}

// 10. A rejected contribution still counts.
TEST(SpoiltUpdates, LeaveNoTraceInTheAggregate) {
  std::uint64_t rejected = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Scenario scenario = MakePlain(seed, "random");
    scenario.storm = 3min;
    scenario.faults.spoil = 0.5;
    for (JobTraits& job : scenario.jobs) job.spec.deadline = 40s;
    const Outcome outcome = RunScenario(scenario);
    ASSERT_THAT(outcome.violations, IsEmpty()) << "seed " << seed;
    rejected += outcome.told_rejected;
  }
  EXPECT_GT(rejected, 200U);
}

TEST(SpoiltUpdates, FromEveryDeviceAbortTheRound) {
  Scenario scenario = MakeSmall(1, 4, 40s);
  scenario.faults.spoil = 1;
  const Outcome outcome = RunScenario(scenario);
  EXPECT_THAT(outcome.violations, IsEmpty());
  EXPECT_EQ(outcome.outcomes, (Counts{{"aborted", 1}}));
  EXPECT_EQ(outcome.counted, 0U);
}

// 12. A wrong verdict of death: a stopped process comes back and believes that it still owns what it had.
TEST(StoppedLeaf, IsFencedWhenItWakesUp) {
  std::uint64_t wandered = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Scenario scenario = MakePlain(seed, "random");
    scenario.storm = 3min;
    scenario.faults.kill_leaf = 12s;
    scenario.faults.pause = 1;
    scenario.faults.max_downtime = 10s;
    scenario.faults.wander = 0.8;
    scenario.site.root.owner_lease = 500ms;
    const Outcome outcome = RunScenario(scenario);
    ASSERT_THAT(outcome.violations, IsEmpty()) << "seed " << seed;
    ASSERT_EQ(outcome.outcomes, (Counts{{"completed", 9}})) << "seed " << seed;
    const auto moved = outcome.faults.find("device_wanders");
    if (moved != outcome.faults.end()) wandered += moved->second;
  }
  EXPECT_GT(wandered, 20U);
}

}  // namespace
}  // namespace propius
