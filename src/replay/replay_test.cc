#include "replay/replay.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const PolicyRegistry& Registry() {
  static const PolicyRegistry kRegistry = [] {
    PolicyRegistry registry;
    AddBuiltinPolicies(registry);
    return registry;
  }();
  return kRegistry;
}

ReplayOptions With(const std::string& policy, bool from_registry = false) {
  ReplayOptions options{.registry = &Registry(), .from_registry = from_registry, .dispatch_delay = 1s};
  options.policy.name = policy;
  return options;
}

RunRecord RunOf(const Workload& workload, const ReplayOptions& options) {
  Result<RunRecord> run = Replay(workload, options);
  EXPECT_TRUE(run) << run.error().message;
  return run ? *std::move(run) : RunRecord{};
}

// Devices check in at 0, 1, 2 …; the request comes at 0.1 s after the job, an assignment 1 s after the check-in, and a
// task takes 50 s.
TEST(Replay, FollowsOneRoundToTheSecond) {
  const RunRecord run = RunOf(MakeWorkload({MakeJob(4, 10, 10)}), With("fifo"));
  ASSERT_EQ(run.jobs.size(), 1);
  const JobRecord& job = run.jobs.front();
  EXPECT_EQ(job.id, 4);
  EXPECT_EQ(job.start_s, 10);
  // The first device is that of 11 s; the eighth that of 18 s, bound at 19 s, done at 69 s.
  EXPECT_DOUBLE_EQ(job.finish_s, 69);
  EXPECT_EQ(job.rounds, 1);
  EXPECT_EQ(job.aborts, 0);
  EXPECT_DOUBLE_EQ(job.scheduling_s, 9);
  EXPECT_DOUBLE_EQ(job.collecting_s, 50);
  EXPECT_EQ(run.makespan_s, 69);
  EXPECT_EQ(run.avg_queue_delay_s, 9);
  // Ten, for the eleventh checks in as the tenth is bound.
  EXPECT_EQ(run.bindings, 10);
  EXPECT_DOUBLE_EQ(run.bindings_per_second, 10 / 59.0);
  EXPECT_DOUBLE_EQ(run.bindings_per_waiting_second, 10 / 9.0);
  // The one at 69 s, too: in the authors' heap it comes before the end of the round.
  EXPECT_EQ(run.checkins, 70);
  EXPECT_EQ(run.ineligible_offers, 0);
  EXPECT_DOUBLE_EQ(run.utilization, 50 / 3'680.0);
  EXPECT_DOUBLE_EQ(run.utilization_of_all, 10 * 50 / (70 * 3'680.0));
}

TEST(Replay, AbortsARoundThatFindsTooFewDevicesAndAsksAgain) {
  // A device every 60 s: five in 300 s are too few for ten.
  ReplayOptions options = With("fifo");
  options.until = 1'000s;
  const RunRecord run = RunOf(MakeWorkload({MakeJob(0, 0, 10)}, 100, 60), options);
  EXPECT_EQ(run.jobs[0].finish_s, -1);
  EXPECT_EQ(run.jobs[0].aborts, 3);
  EXPECT_EQ(run.finished(), 0);
  EXPECT_EQ(run.checkins, 17);
}

TEST(Replay, EndsWithTheHorizonOfTheTrace) {
  const RunRecord run = RunOf(MakeWorkload({MakeJob(0, 0, 10)}, 5), With("fifo"));
  // The last round would end with it, but in the authors' heap the end of all comes first.
  EXPECT_EQ(run.jobs[0].aborts, 432'000 / 300 - 1);
}

// Every second a device checks in, one is bound and, a little later, one reports: which comes first decides who gets
// the last device of a round. What is expected is what bench/replay_baseline.py, whose queue is Python's own heapq,
// printed for these jobs and sessions.
TEST(Replay, OrdersEqualTimesAsPythonsHeapqDoes) {
  const std::vector<ArrivingJob> jobs = {MakeJob(0, 10, 10, 3, 1), MakeJob(1, 12, 7, 4, 2)};
  struct Case {
    const char* policy = "";
    std::vector<std::uint8_t> eligibility;
    double finish_0 = 0;
    double finish_1 = 0;
  };
  for (const Case& each : {Case{"fifo", {15}, 187, 252}, Case{"srsf", {15}, 195, 240}, Case{"fifo", {1, 15}, 187, 268},
                           Case{"srsf", {1, 15}, 204, 260}, Case{"srsf", {1, 3, 15}, 201, 251}}) {
    const RunRecord run = RunOf(MakeWorkload(jobs, 2'000, 1, each.eligibility), With(each.policy));
    EXPECT_EQ(run.jobs[0].finish_s, each.finish_0) << each.policy;
    EXPECT_EQ(run.jobs[1].finish_s, each.finish_1) << each.policy;
  }
}

TEST(Replay, DevicesThatLeaveTooSoonDeclineOrAreLost) {
  Workload workload = MakeWorkload({MakeJob(0, 0, 3)});
  workload.jobs[0].spec.min_reports = 0.5;
  // The first leaves before 50 s have passed, the second is slower than it thinks, the third and fourth are good.
  std::vector<Session> stays;
  for (int i = 1; i <= 4; ++i) {
    const Time start(FromSeconds(i));
    stays.push_back({start, i == 1 ? start - 31s : i == 2 ? start : start + 1h, 0});
  }
  workload.sessions = MakeStoredTrace(stays);
  workload.fleet.capacities = {
      {kMeanMs, kMeanKbps}, {kMeanMs * 3, kMeanKbps}, {kMeanMs, kMeanKbps}, {kMeanMs, kMeanKbps}};
  for (const bool from_registry : {false, true}) {
    const RunRecord run = RunOf(workload, With("fifo", from_registry));
    EXPECT_EQ(run.bindings, 3);
    EXPECT_DOUBLE_EQ(run.jobs[0].finish_s, 55);
  }
}

TEST(Replay, NeverOffersPastNeedsWithPoliciesOfProduction) {
  const std::vector<ArrivingJob> jobs = {MakeJob(0, 0, 50, 3, 1), MakeJob(1, 5, 30, 4, 2), MakeJob(2, 9, 40, 2, 3),
                                         MakeJob(3, 2, 20, 5, 4)};
  const Workload workload = MakeWorkload(jobs, 5'000, 0.5, {0, 1, 3, 5, 15, 15});
  for (const std::string& name : Registry().Names()) {
    const RunRecord run = RunOf(workload, With(name, true));
    EXPECT_EQ(run.ineligible_offers, 0) << name;
    EXPECT_EQ(run.finished(), 4) << name;
    EXPECT_EQ(run.checkins > 0, true) << name;
    EXPECT_GT(run.plans, 20) << name;
  }
}

TEST(Replay, EqualSeedsGiveEqualDigests) {
  const Workload workload = MakeWorkload({MakeJob(0, 0, 50, 3, 1), MakeJob(1, 5, 30, 4, 2)}, 3'000, 0.5, {1, 3, 15});
  for (const bool from_registry : {false, true}) {
    ReplayOptions options = With("random", from_registry);
    options.dispatch_delay.reset();
    const RunRecord once = RunOf(workload, options);
    EXPECT_EQ(RunOf(workload, options).digest, once.digest);
    options.seed = 2;
    EXPECT_NE(RunOf(workload, options).digest, once.digest);
  }
}

TEST(Replay, FifoOfProductionServesLikeTheAuthors) {
  const Workload workload = MakeWorkload({MakeJob(0, 0, 50, 5, 1), MakeJob(1, 5, 30, 6, 2)}, 5'000, 0.5, {1, 3, 15});
  const RunRecord released = RunOf(workload, With("fifo"));
  const RunRecord production = RunOf(workload, With("fifo", true));
  ASSERT_EQ(production.jobs.size(), released.jobs.size());
  for (std::size_t i = 0; i < released.jobs.size(); ++i) {
    EXPECT_NEAR(production.jobs[i].finish_s, released.jobs[i].finish_s, 30);
    EXPECT_EQ(production.jobs[i].aborts, released.jobs[i].aborts);
  }
}

TEST(Replay, CountsSupplyByTheHourOfTheDay) {
  ReplayOptions options = With("fifo");
  options.until = 7'200s;
  const RunRecord run = RunOf(MakeWorkload({MakeJob(0, 0, 100'000)}, 7'200, 1, {0, 1, 15}), options);
  ASSERT_EQ(run.supply_by_hour.size(), 5);
  EXPECT_EQ(run.supply_by_hour[0][0], 3'600);
  EXPECT_EQ(run.supply_by_hour[0][1], 3'600);
  EXPECT_EQ(run.supply_by_hour[0][5], 0);
  EXPECT_EQ(run.supply_by_hour[1][0], 2'400);
  EXPECT_EQ(run.supply_by_hour[4][0], 1'200);
}

TEST(Replay, MeasuresItsLoopWithTheClockItIsGiven) {
  double clock = 5;
  ReplayOptions options = With("fifo");
  options.cpu_seconds = [&] { return clock += 2; };
  EXPECT_EQ(RunOf(MakeWorkload({MakeJob(0, 0, 5)}), options).loop_cpu_s, 2);
}

TEST(Replay, IsGivenUpOnRequest) {
  const Workload workload = MakeWorkload({MakeJob(0, 0, 100'000)}, 4'000);
  std::vector<std::uint64_t> seen;
  const auto run = Replay(workload, With("fifo"), [&](const ReplayProgress& progress) {
    seen.push_back(progress.checkins);
    EXPECT_EQ(progress.checkins_in_all, 4'000);
    return seen.size() < 3;
  });
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, Code::kAborted);
  EXPECT_THAT(seen, ElementsAre(20, 40, 60));
}

TEST(Replay, RefusesWhatItCannotRun) {
  const Workload workload = MakeWorkload({MakeJob(0, 0, 5)});
  const auto message = [](const Result<RunRecord>& run) { return run ? "none" : run.error().message; };
  EXPECT_THAT(message(Replay(workload, With("best"))), HasSubstr("policy: expected one of"));

  ReplayOptions without = With("best");
  without.registry = nullptr;
  EXPECT_THAT(message(Replay(workload, without)), HasSubstr("policy best: expected a registry of policies, got none"));

  ReplayOptions early = With("fifo");
  early.dispatch_delay = -1s;
  EXPECT_THAT(message(Replay(workload, early)), HasSubstr("dispatch delay: expected 0s or more"));

  ReplayOptions noisy = With("fifo");
  noisy.speed_noise = -0.1;
  EXPECT_THAT(message(Replay(workload, noisy)), HasSubstr("speed noise: expected a sigma of 0 or more"));

  EXPECT_THAT(message(Replay(MakeWorkload({MakeJob(3, 0, 5), MakeJob(3, 1, 5)}), With("fifo"))),
              HasSubstr("expected jobs with ids of their own, got 3 twice"));

  Workload traceless = workload;
  traceless.sessions = nullptr;
  EXPECT_THAT(message(Replay(traceless, With("fifo"))), HasSubstr("expected a check-in trace, got none"));
}

TEST(Replay, ShowsPoliciesWrongSpeedsOrNoneWhereAskedTo) {
  const Workload workload = MakeWorkload({MakeJob(0, 0, 50, 3)}, 5'000, 0.5);
  ReplayOptions options = With("fifo", true);
  const std::string exact = RunOf(workload, options).digest;
  options.speed_noise = 0.4;
  EXPECT_EQ(RunOf(workload, options).digest, exact) << "what devices do is not what they say";
  options.speed_known = false;
  EXPECT_EQ(RunOf(workload, options).digest, exact) << "fifo does not look at speed";
}

}  // namespace
}  // namespace propius
