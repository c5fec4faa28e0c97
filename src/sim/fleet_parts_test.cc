// The small parts of fleet runs, each by itself.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "scheduling/testing.h"
#include "sim/fleet_kinds.h"
#include "sim/fleet_link.h"
#include "sim/fleet_round.h"
#include "sim/fleet_store.h"
#include "sim/fleet_tally.h"
#include "sim/fleet_testing.h"
#include "sim/fleet_totals.h"

namespace propius {
namespace {

RoundTerms TermsOf(std::uint32_t demand, std::uint32_t target) {
  RoundTerms terms;
  terms.job = {1};
  terms.round = {2};
  terms.demand = demand;
  terms.target = target;
  return terms;
}

TEST(FleetRound, IsGoodWithEnoughDevicesAndEnoughOfTheirReports) {
  FleetRound round(TermsOf(10, 8), 0.8, Time(5s));
  for (int i = 0; i < 7; ++i) round.Bound(Time(6s));
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(round.Count());
  EXPECT_FALSE(round.IsGoodEnough());  // seven devices are too few
  round.Bound(Time(9s));
  EXPECT_FALSE(round.IsGoodEnough());  // six reports of eight devices are
  EXPECT_FALSE(round.Count());
  EXPECT_TRUE(round.IsGoodEnough());
  EXPECT_FALSE(round.IsComplete());
  EXPECT_TRUE(round.Count());
  EXPECT_TRUE(round.IsComplete());
  EXPECT_EQ(round.Waited(std::nullopt, Time(20s)), Duration(4s));
  EXPECT_EQ(round.Waited(Time(12s), Time(20s)), Duration(7s));
}

TEST(FleetRound, WaitsToItsEndIfItNeverHadItsDevices) {
  FleetRound round(TermsOf(10, 8), 0.8, Time(5s));
  round.Bound(Time(6s));
  EXPECT_EQ(round.Waited(std::nullopt, Time(20s)), Duration(15s));
  EXPECT_EQ(round.Lasted(Time(20s)), Duration(15s));
}

TEST(FleetRound, KnowsItsKeyWhileItIsOpen) {
  EXPECT_FALSE(FleetRound().IsOpen({}));
  FleetRound round(TermsOf(1, 1), 1, Time());
  EXPECT_TRUE(round.IsOpen({{1}, {2}}));
  EXPECT_FALSE(round.IsOpen({{1}, {1}}));
  round.Close();
  EXPECT_FALSE(round.IsOpen({{1}, {2}}));
}

TEST(ForgetfulJobStore, KeepsNothingAndSaysLaterThatItDid) {
  VirtualRuntime world(1);
  const auto store = MakeForgetfulJobStore(world);
  bool is_durable = false;
  JobChanges changes;
  changes.next_job = {7};
  store->Commit(changes, [&](const Status& status) { is_durable = status.has_value(); });
  EXPECT_FALSE(is_durable);
  world.RunFor(0s);
  EXPECT_TRUE(is_durable);
  EXPECT_TRUE(store->Load()->empty());
}

TEST(ToldPolicy, ShowsWhatTheOwnersSay) {
  class Looking final : public Policy {
   public:
    explicit Looking(std::vector<KnownJob>& seen) : seen_(seen) {}
    Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
      seen_.assign(seen.jobs.begin(), seen.jobs.end());
      return {};
    }

   private:
    std::vector<KnownJob>& seen_;
  };
  std::vector<KnownJob> shown;
  const auto policy = MakeToldPolicy(std::make_unique<Looking>(shown), [](JobId job) {
    return job == JobId{1} ? ToldRounds{.wanted = 20, .done = 5} : ToldRounds{.wanted = 3, .done = 4};
  });
  SeenByPolicy seen;
  seen.Add(1).job.attained_service = 70;
  seen.Add(2);
  Rng chance(1);
  policy->MakePlan(seen.At(seen.now), chance);
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].rounds, 20U);
  EXPECT_EQ(shown[0].rounds_done, 5U);
  EXPECT_EQ(shown[0].total_demand, 70U + 15 * 10);
  EXPECT_EQ(shown[1].total_demand, 0U);  // it has done more than it said
}

TEST(FleetLink, CallsAtOnceWhereNothingIsInTheWay) {
  VirtualRuntime world(1);
  FleetLink link(world, {});
  int heard = 0;
  link.Call<int>([](const Done<int>& done) { done(7); }, [&](const Result<int>& answer) { heard = *answer; });
  EXPECT_EQ(heard, 7);
}

TEST(FleetLink, TakesTheLatencyThereAndBack) {
  VirtualRuntime world(1);
  FleetLink link(world, {.latency = 2s});
  Time served;
  Time heard;
  link.Call<int>(
      [&](const Done<int>& done) {
        served = world.Now();
        done(1);
      },
      [&](const Result<int>&) { heard = world.Now(); });
  world.RunFor(1h);
  EXPECT_EQ(served, Time(2s));
  EXPECT_EQ(heard, Time(4s));
}

TEST(FleetLink, AsksAgainUntilItIsHeardOnce) {
  VirtualRuntime world(5);
  FleetLink link(world, {.latency = 10ms, .loss = 0.6, .timeout = 1s});
  int served = 0;
  int heard = 0;
  for (int i = 0; i < 200; ++i) {
    link.Call<int>(
        [&](const Done<int>& done) {
          ++served;
          done(1);
        },
        [&](const Result<int>&) { ++heard; });
  }
  world.RunFor(24h);
  EXPECT_EQ(heard, 200);
  // An answer gets through with 0.4: a call is served two and a half times in the mean.
  EXPECT_NEAR(served, 500, 100);
}

TEST(SupplyByHour, IsTheMeanOverTheDays) {
  SupplyByHour supply(2);
  for (int day = 0; day < 2; ++day) {
    const Time morning(24h * day + 9h);
    for (int i = 0; i < 6; ++i) supply.CheckedIn(static_cast<std::size_t>(i) % 2, morning + 1min * i);
  }
  supply.CheckedIn(1, Time(47h));
  const auto means = supply.Means(1, [](std::size_t kind, std::size_t) { return kind == 1; });
  ASSERT_EQ(means.size(), 2U);
  EXPECT_EQ(means[0][9], 6);
  EXPECT_EQ(means[1][9], 3);
  EXPECT_EQ(means[0][23], 0.5);
  EXPECT_EQ(means[0][10], 0);
}

TEST(FleetTally, FingerprintsBindsInTheirOrder) {
  const FleetBind one{Time(1s), {{1}, {1}}, {0}, {5}};
  const FleetBind two{Time(1s), {{1}, {1}}, {1}, {6}};
  const auto digest = [](std::initializer_list<FleetBind> binds) {
    FleetTally tally(nullptr);
    for (const FleetBind& bind : binds) tally.Bound(bind);
    RunRecord record;
    tally.Report(record);
    EXPECT_EQ(record.bindings, binds.size());
    return record.digest;
  };
  EXPECT_EQ(digest({one, two}), digest({one, two}));
  EXPECT_NE(digest({one, two}), digest({two, one}));
  EXPECT_NE(digest({one}), digest({two}));
}

TEST(FleetKinds, StatesClassesAndSpeedInSteps) {
  Workload workload = SmallWorkload();
  workload.fleet.eligibility = {0b0001, 0b1111};
  workload.fleet.capacities = {{.ms = 100, .kbps = 5'000}};
  FleetKinds kinds = FleetKinds::Make(workload).value();
  EXPECT_EQ(kinds.kinds(), 2U);
  EXPECT_EQ(kinds.predicates(), 4U);
  const Session weak{Time(), Time(1h), 2};
  const Session strong{Time(), Time(1h), 3};
  EXPECT_TRUE(kinds.MeetsNeedsOf(kinds.KindOf(weak), 0));
  EXPECT_FALSE(kinds.MeetsNeedsOf(kinds.KindOf(weak), 1));
  EXPECT_TRUE(kinds.MeetsNeedsOf(kinds.KindOf(strong), 3));
  const Attributes& stated = kinds.Stated(strong);
  EXPECT_EQ(stated.Get("class_4"), 1);
  EXPECT_NEAR(*stated.Get("ms_per_sample"), 100, 5);
  EXPECT_NEAR(*stated.Get("kbps"), 5'000, 500);
  // 30 * 100 / 78 + 2 * 10 * 13,736 / 5,000, as it is and not in steps.
  EXPECT_NEAR(Seconds(kinds.TaskOf(workload.jobs[0], strong)), 93.4055, 1e-3);
}

TEST(FleetKinds, PutsTheirOwnSpeedInPlaceOfWhatProfilesState) {
  Workload workload = SmallWorkload();
  const auto phone = [](double cpu) { return *Attributes::Make({{"cpu_f", cpu}, {"ms_per_sample", 1}}, "test"); };
  workload.fleet.eligibility.clear();
  workload.fleet.profiles = {phone(2), phone(9), phone(2)};
  for (ArrivingJob& job : workload.jobs) job.spec.needs = Constraint(*Attributes::Make({{"cpu_f", 3}}, "test"));
  FleetKinds kinds = FleetKinds::Make(workload).value();
  EXPECT_EQ(kinds.kinds(), 2U);
  EXPECT_EQ(kinds.predicates(), 1U);
  EXPECT_FALSE(kinds.MeetsNeedsOf(kinds.KindOf({.start = Time(), .end = Time(), .device = 0}), 0));
  EXPECT_TRUE(kinds.MeetsNeedsOf(kinds.KindOf({.start = Time(), .end = Time(), .device = 1}), 0));
  EXPECT_GT(*kinds.Stated({.start = Time(), .end = Time(), .device = 1}).Get("ms_per_sample"), 5);
}

}  // namespace
}  // namespace propius
