#include "scheduling/policies/fluid_view.h"

#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

Attributes Phone(double ram_gb) { return *Attributes::Make({{"ram_gb", ram_gb}}, "a test"); }
KnownJob Claiming(std::uint32_t rounds, std::uint32_t done) {
  KnownJob job{};
  job.rounds = rounds;
  job.rounds_done = done;
  return job;
}
Constraint Needs(double ram_gb) { return Constraint(Phone(ram_gb)); }

TEST(RoundsLeft, IsTheClaimLessWhatIsDone) { EXPECT_EQ(RoundsLeft(Claiming(100, 30)), 70); }

TEST(RoundsLeft, NeverTrustsAClaimToItsEnd) {
  EXPECT_EQ(RoundsLeft(Claiming(100, 95)), 10);
  EXPECT_EQ(RoundsLeft(Claiming(100, 100)), 10);
  EXPECT_EQ(RoundsLeft(Claiming(5, 5)), 1);
}

TEST(RoundsLeft, GrowsWithTheOverrun) {
  EXPECT_EQ(RoundsLeft(Claiming(100, 400)), 300);
  EXPECT_EQ(RoundsLeft(Claiming(1, 1'000)), 999);
}

TEST(FluidView, LetsAtomsFlowTogetherThatNoJobTellsApart) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2, Needs(4));
  seen.Add(3, Needs(4));
  // Watched by nobody here: it splits atoms, not streams.
  seen.supply.Watch(Needs(8), [](const auto&) {});
  for (int i = 0; i < 100; ++i) {
    for (const double ram : {2.0, 4.0, 8.0}) seen.supply.Count(seen.supply.Locate(Phone(ram)), Time(i * 1s));
  }
  seen.supply.Advance(Time(100s));
  const FluidView view = ViewAsFluid(seen.At(Time(100s)));
  ASSERT_EQ(view.fleet.rates.size(), 2);
  ASSERT_EQ(view.fleet.streams_of.size(), 2);
  EXPECT_EQ(view.jobs[0].kind, 0);
  EXPECT_EQ(view.jobs[1].kind, 1);
  EXPECT_EQ(view.jobs[2].kind, 1);
  EXPECT_EQ(view.fleet.streams_of[0].size(), 2);
  ASSERT_EQ(view.fleet.streams_of[1].size(), 1);
  const double small_phones = view.fleet.rates[1 - view.fleet.streams_of[1][0]];
  EXPECT_NEAR(view.fleet.rates[view.fleet.streams_of[1][0]] / small_phones, 2, 1e-9);
}

TEST(FluidView, CountsTheDevicesThatARoundIsExpectedToBind) {
  SeenByPolicy seen;
  KnownJob& job = seen.Add(1).job;
  job.demand = 100;
  job.target = 44;  // 50 binds at the first guess of 0.88
  job.rounds = 20;
  job.rounds_done = 5;
  const FluidView view = ViewAsFluid(seen.At(seen.now));
  EXPECT_NEAR(view.jobs[0].devices, 50, 1e-9);
  EXPECT_EQ(view.jobs[0].rounds, 15);
  EXPECT_EQ(view.jobs[0].tail, 90);
  EXPECT_EQ(view.jobs[0].limit, 600);
  job.target = 100;
  EXPECT_EQ(ViewAsFluid(seen.At(seen.now)).jobs[0].devices, 100);  // no more than its demand
}

TEST(FluidView, OfNothingIsEmpty) {
  const SeenByPolicy seen;
  EXPECT_TRUE(ViewAsFluid(seen.At(seen.now)).jobs.empty());
}

}  // namespace
}  // namespace propius
