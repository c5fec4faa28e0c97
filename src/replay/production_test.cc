#include "replay/production.h"

#include <memory>

#include <gtest/gtest.h>

#include "replay/seen_fleet.h"
#include "replay/testing.h"

namespace propius {
namespace {

// Everyone in the order of the snapshot; what it was shown is kept.
class Watching final : public Policy {
 public:
  struct Seen {
    std::size_t jobs = 0;
    std::uint32_t rounds = 0;
    std::uint32_t rounds_done = 0;
    std::uint64_t attained = 0;
    std::uint32_t least_remaining = ~std::uint32_t{0};
    double supply = 0;
  };

  Watching(Seen& seen, bool care) : seen_(seen), care_(care) {}

  Plan MakePlan(const Snapshot& now, Rng& /*chance*/) override {
    Plan plan;
    Group& everyone = plan.groups.emplace_back();
    seen_.jobs = std::max(seen_.jobs, now.jobs.size());
    for (const KnownJob& job : now.jobs) {
      seen_.rounds = job.rounds;
      seen_.rounds_done = std::max(seen_.rounds_done, job.rounds_done);
      seen_.attained = std::max(seen_.attained, job.attained_service);
      seen_.supply = now.supply.Rate(job.predicate);
    }
    for (const OpenRequest& request : now.requests) {
      everyone.order.push_back(request.job);
      seen_.least_remaining = std::min(seen_.least_remaining, request.remaining);
      if (!care_) continue;
      JobTerms& terms = plan.terms.emplace_back();
      terms.job = request.job;
      terms.care = RoundCare{.available_rate = 100, .supply_rate = 100};
    }
    return plan;
  }

 private:
  Seen& seen_;
  bool care_;
};

struct Watched {
  RunRecord run;
  Watching::Seen seen;
};

Watched RunWatched(const Workload& workload, bool care) {
  Watched watched;
  PolicyRegistry registry;
  registry.Add("watching", [&](const PolicyOptions&) -> Result<std::unique_ptr<Policy>> {
    return std::make_unique<Watching>(watched.seen, care);
  });
  ReplayOptions options{.registry = &registry, .dispatch_delay = 1s};
  options.policy.name = "watching";
  Result<RunRecord> run = Replay(workload, options);
  EXPECT_TRUE(run) << run.error().message;
  if (run) watched.run = *std::move(run);
  return watched;
}

TEST(Production, ShowsPoliciesJobsWithTheirProgressAndTheSupply) {
  ArrivingJob job = MakeJob(0, 10, 10, 3);
  job.stated_rounds = 7;
  const Watched watched = RunWatched(MakeWorkload({job, MakeJob(1, 20, 5, 1, 4)}, 2'000, 1, {1, 15}), false);
  EXPECT_EQ(watched.run.finished(), 2);
  EXPECT_EQ(watched.seen.jobs, 2);
  EXPECT_EQ(watched.seen.rounds, 7) << "what the owner says";
  EXPECT_EQ(watched.seen.rounds_done, 2);
  EXPECT_GE(watched.seen.attained, 20);
  EXPECT_GE(watched.seen.least_remaining, 1);
  EXPECT_NEAR(watched.seen.supply, 1, 0.1);
}

TEST(Production, GivesTooManyWhereDemandGoesDownOnlyWithTheBind) {
  const Workload workload = MakeWorkload({MakeJob(0, 10, 10)}, 20'000, 0.1);
  // About ten devices check in within the second that the tenth bind takes.
  EXPECT_GE(RunWatched(workload, false).run.bindings, 18);
}

TEST(Production, CountsOffersAtOnceForJobsWithRoundCare) {
  const Workload workload = MakeWorkload({MakeJob(0, 10, 10)}, 20'000, 0.1);
  const Watched watched = RunWatched(workload, true);
  EXPECT_EQ(watched.run.finished(), 1);
  EXPECT_LE(watched.run.bindings, 10);
  EXPECT_GE(watched.run.bindings, 8);
}

TEST(Production, LetsAnotherHaveThePlaceOfADeviceThatDeclined) {
  Workload workload = MakeWorkload({MakeJob(0, 0, 2)});
  std::vector<Session> stays;
  for (int i = 1; i <= 20; ++i) {
    const Time start(FromSeconds(i));
    stays.push_back({start, i <= 10 ? start - 31s : start + 1h, 0});
  }
  workload.sessions = MakeStoredTrace(stays);
  const Watched watched = RunWatched(workload, true);
  EXPECT_EQ(watched.run.finished(), 1);
  EXPECT_EQ(watched.run.jobs[0].aborts, 0);
}

TEST(SeenFleet, CountsTheDevicesOfTheLastTenMinutesByWhatTheyMeet) {
  const Workload workload = MakeWorkload({MakeJob(0, 0, 2)}, 1, 1, {1, 15, 1, 1});
  const Kinds kinds = MakeKinds(workload).value();
  Supply supply;
  const SeenFleet fleet(workload, {}, kinds, supply, 1);
  EXPECT_EQ(fleet.Size(), 0);
  EXPECT_EQ(fleet.SubsetSize({}), 0);
  supply.Watch({}, [&](const auto& visit) { fleet.Visit(visit); });
  const AtomId atom = supply.Locate(kinds.attributes[0]);
  for (int i = 0; i <= 86'400; ++i) supply.Count(atom, Time(1s * i));
  EXPECT_NEAR(static_cast<double>(fleet.Size()), 600, 10);
  EXPECT_EQ(fleet.SubsetSize({}), fleet.Size());
  EXPECT_NEAR(static_cast<double>(fleet.SubsetSize(ClassConstraint(4))), static_cast<double>(fleet.Size()) / 4, 1);
}

TEST(SeenFleet, StatesSpeedsWithTheErrorAskedForOrNone) {
  const Workload workload = MakeWorkload({});
  const Kinds kinds = MakeKinds(workload).value();
  const Supply supply;
  EXPECT_EQ(SeenFleet(workload, {}, kinds, supply, 1).SpeedOf(5), (DeviceSpeed{kMeanMs, kMeanKbps}));
  ReplayOptions unknown;
  unknown.speed_known = false;
  EXPECT_EQ(SeenFleet(workload, unknown, kinds, supply, 1).SpeedOf(5), DeviceSpeed{});
  ReplayOptions noisy;
  noisy.speed_noise = 0.4;
  const SeenFleet wrong(workload, noisy, kinds, supply, 1);
  const DeviceSpeed& seen = wrong.SpeedOf(5);
  EXPECT_NE(seen.ms_per_sample, kMeanMs);
  EXPECT_NEAR(seen.ms_per_sample * seen.kbps, kMeanMs * kMeanKbps, 1e-6) << "twice as slow in both";
}

// Between the arrival of a job and its request a tenth of a second passes in which the others are served, though the
// job's needs may have numbered the kinds of devices anew.
TEST(Production, ServesOpenRoundsByTheNewAtomsAsSoonAsAJobBringsNewNeeds) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  const std::vector<ArrivingJob> jobs = {MakeJob(0, 1, 2'000, 1, 4), MakeJob(1, 1.5, 2'000, 1, 3),
                                         MakeJob(2, 2, 2'000, 1, 2), MakeJob(3, 2.5, 2'000, 1, 1)};
  const Workload workload = MakeWorkload(jobs, 60'000, 0.01, {0, 1, 3, 5, 15, 7, 2, 4});
  for (const char* policy : {"fifo", "venn", "fluid"}) {
    ReplayOptions options{.registry = &registry, .from_registry = true, .dispatch_delay = 1s};
    options.policy.name = policy;
    const Result<RunRecord> run = Replay(workload, options);
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(run->ineligible_offers, 0) << policy;
  }
}

}  // namespace
}  // namespace propius
