#include "sim/swarm.h"

#include <iostream>
#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

void ExpectGood(const SwarmReport& report) {
  for (const std::string& line : report.failures) ADD_FAILURE() << line;
}

void PrintReport(const SwarmReport& report) {
  std::cout << report.seeds << " seeds, " << report.virtual_hours << " virtual hours, " << report.steps << " steps, "
            << report.rounds << " rounds, " << report.binds << " binds, " << report.counted << " counted, "
            << report.faults << " faults, " << report.kills << " kills\n";
}

class PlainRun : public testing::TestWithParam<std::string> {};

TEST_P(PlainRun, FinishesEveryRoundWholly) {
  const Outcome outcome = RunScenario(MakePlain(1, GetParam()));
  EXPECT_EQ(outcome.violations, std::vector<std::string>{});
  EXPECT_EQ(outcome.rounds, 9U);
  EXPECT_EQ(outcome.outcomes, (std::map<std::string, std::uint64_t>{{"completed", 9}}));
  EXPECT_EQ(outcome.counted, 3U * (2 + 3 + 4));
  EXPECT_EQ(outcome.told_committed, outcome.counted);
  EXPECT_EQ(outcome.binds, outcome.counted);
  EXPECT_TRUE(outcome.faults.empty());
}

TEST_P(PlainRun, ReplaysFromItsSeed) {
  const Outcome first = RunScenario(MakePlain(5, GetParam()));
  const Outcome again = RunScenario(MakePlain(5, GetParam()));
  const Outcome other = RunScenario(MakePlain(6, GetParam()));
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_EQ(first.steps, again.steps);
  EXPECT_NE(first.digest, other.digest);
}

TEST_P(PlainRun, OffersOpenDemandToIdleDevicesAsSoonAsTheyAsk) {
  Scenario scenario = MakePlain(2, GetParam());
  scenario.jobs.resize(1);
  Trial trial(scenario);
  trial.Start();
  trial.RunToEnd();
  const Job job = *trial.site().control().server()->book->FindJob(trial.jobs()[0]->id());
  EXPECT_EQ(job.state, JobState::kFinished);
  // Many more devices than the demand, and each asks at least this often.
  EXPECT_LE(job.total_sched, 3 * (scenario.site.clients.max_retry + 1s));
  EXPECT_THAT(trial.Finish().violations, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Policies, PlainRun, testing::Values("random", "fifo", "srsf"),
                         [](const auto& test) { return test.param; });

// Every policy, in both modes.
class PlainRunOf : public testing::TestWithParam<std::tuple<MatchMode, std::string>> {};

TEST_P(PlainRunOf, FinishesEveryRoundWhollyAndReplays) {
  Scenario scenario = MakePlain(1, std::get<1>(GetParam()));
  scenario.site.clients.mode = std::get<0>(GetParam());
  const Outcome outcome = RunScenario(scenario);
  EXPECT_EQ(outcome.violations, std::vector<std::string>{});
  EXPECT_EQ(outcome.outcomes, (std::map<std::string, std::uint64_t>{{"completed", 9}}));
  EXPECT_EQ(outcome.counted, 3U * (2 + 3 + 4));
  EXPECT_EQ(outcome.digest, RunScenario(scenario).digest);
}

std::vector<std::string> AllPolicies() {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  return registry.Names();
}

INSTANTIATE_TEST_SUITE_P(Modes, PlainRunOf,
                         testing::Combine(testing::Values(MatchMode::kOnline, MatchMode::kSmallBatch),
                                          testing::ValuesIn(AllPolicies())),
                         [](const auto& test) {
                           const bool online = std::get<0>(test.param) == MatchMode::kOnline;
                           return (online ? "online_" : "small_batch_") + std::get<1>(test.param);
                         });

constexpr std::uint64_t kSeedsOfPart = 250;

// In parts, so that they run side by side.
class Storms : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Storms, BreakNoPromise) {
  const SwarmReport report = RunSwarm(
      {.first_seed = GetParam() * kSeedsOfPart + 1, .last_seed = (GetParam() + 1) * kSeedsOfPart, .make = MakeStorm});
  ExpectGood(report);
  PrintReport(report);
  EXPECT_GT(report.kills, 2'000U);
  EXPECT_GT(report.binds, 5'000U);
  EXPECT_GT(report.counted, 3'000U);
  // Each kind of fault has struck, or the swarm does not test what it says.
  const std::set<std::string> kinds{"lost_message",    "duplicate_message", "lingering_message", "cut_message",
                                    "kill_control",    "kill_root",         "kill_leaf-0",       "kill_in_commit",
                                    "pause",           "refused_commit",    "device_reboots",    "device_vanishes",
                                    "device_gives_up", "device_is_mute",    "device_is_idle",    "device_spoils_update",
                                    "device_wanders",  "job_abandons",      "job_ends_request",  "job_closes_early"};
  for (const std::string& kind : kinds) EXPECT_GT(report.faults_by_kind.count(kind), 0U) << kind;
  for (const std::string outcome : {"completed", "partial", "aborted"}) {
    EXPECT_GT(report.outcomes.count(outcome), 0U) << outcome;
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, Storms, testing::Range<std::uint64_t>(0, 4));

class CruelStorms : public testing::TestWithParam<std::uint64_t> {};

TEST_P(CruelStorms, BreakNoPromise) {
  const SwarmReport report = RunSwarm(
      {.first_seed = GetParam() * kSeedsOfPart + 1, .last_seed = (GetParam() + 1) * kSeedsOfPart, .make = MakeCruel});
  ExpectGood(report);
  PrintReport(report);
  EXPECT_GT(report.kills, 10'000U);
  EXPECT_GT(report.binds, 3'000U);
  EXPECT_GT(report.counted, 2'000U);
}

INSTANTIATE_TEST_SUITE_P(Parts, CruelStorms, testing::Range<std::uint64_t>(0, 2));

TEST(Swarm, KeepsEveryPromiseInACrowd) {
  const SwarmReport report = RunSwarm({.first_seed = 1, .last_seed = 6, .make = MakeCrowd});
  ExpectGood(report);
  PrintReport(report);
  EXPECT_GT(report.binds, 5'000U);
  EXPECT_GT(report.counted, 3'000U);
}

// Seeds that once found something.
TEST(Swarm, StaysCleanWhereItWasNot) {
  const std::vector<Scenario> scenarios{
      MakeCruel(5680),   // a stale plan opened a retired round again after a restart of the root
      MakeStorm(15710),  // devices were counted past the window while nobody called
      MakeStorm(229),    // the root's late word on a round that the control plane had given up
  };
  for (const Scenario& scenario : scenarios) {
    EXPECT_THAT(RunScenario(scenario).violations, testing::IsEmpty()) << scenario.name << " " << scenario.seed;
  }
}

TEST(Swarm, MixesItsScenariosBySeed) {
  EXPECT_EQ(MakeMixed(1).name, "Storm");
  EXPECT_EQ(MakeMixed(2).name, "Cruel");
  EXPECT_EQ(MakeMixed(50).name, "Crowd");
  const SwarmReport report = RunSwarm({.first_seed = 1, .last_seed = 2});
  ExpectGood(report);
  EXPECT_EQ(report.seeds, 2U);
  EXPECT_GT(report.virtual_hours, 0);
  EXPECT_EQ(report.digest, RunSwarm({.first_seed = 1, .last_seed = 2}).digest);
}

TEST(Swarm, BreaksNoPromiseInSmallBatchesWithAnyPolicy) {
  const SwarmReport report = RunSwarm({.first_seed = 1, .last_seed = 200, .make = MakeBatched});
  ExpectGood(report);
  PrintReport(report);
  EXPECT_GT(report.kills, 1'500U);
  EXPECT_GT(report.binds, 2'000U);
  EXPECT_GT(report.counted, 1'000U);
}

TEST(Swarm, ReplaysAStormFromItsSeed) {
  std::set<std::string> digests;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Outcome first = RunScenario(MakeStorm(seed));
    EXPECT_EQ(first.digest, RunScenario(MakeStorm(seed)).digest) << "seed " << seed;
    digests.insert(first.digest);
  }
  EXPECT_EQ(digests.size(), 20U);
}

TEST(Swarm, NamesTheSeedThatFails) {
  SwarmOptions options{.first_seed = 7, .last_seed = 9, .max_failures = 2};
  options.make = [](std::uint64_t seed) {
    Scenario scenario = MakePlain(seed, "fifo");
    scenario.limit = 1s;  // nothing is done by then
    return scenario;
  };
  const SwarmReport report = RunSwarm(options);
  EXPECT_FALSE(report.good());
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_EQ(report.seeds, 2U);
  EXPECT_NE(report.failures[0].find("--gtest_filter=Replay.Plain --gtest_random_seed=7"), std::string::npos)
      << report.failures[0];
}

// Runs the one seed of --gtest_random_seed and prints the end of its history: what a failing swarm asks for.
void Replay(Scenario scenario) {
  scenario.kept_lines = 100'000;
  const Outcome outcome = RunScenario(scenario);
  if (outcome.violations.empty()) return;
  for (const std::string& line : outcome.history) std::cout << line << "\n";
  for (const std::string& violation : outcome.violations) ADD_FAILURE() << violation;
}

std::uint64_t SeedAsked() { return static_cast<std::uint64_t>(GTEST_FLAG_GET(random_seed)); }

TEST(Replay, Storm) { Replay(MakeStorm(SeedAsked())); }
TEST(Replay, Cruel) { Replay(MakeCruel(SeedAsked())); }
TEST(Replay, Crowd) { Replay(MakeCrowd(SeedAsked())); }
TEST(Replay, Batched) { Replay(MakeBatched(SeedAsked())); }
TEST(Replay, Plain) { Replay(MakePlain(SeedAsked(), "random")); }

}  // namespace
}  // namespace propius
