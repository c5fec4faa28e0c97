#include "scheduling/policies/venn_released.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;

AtomSet Atoms(std::initializer_list<AtomId> atoms) {
  AtomSet set;
  for (const AtomId atom : atoms) set.Add(atom);
  return set;
}

std::vector<AtomId> Of(const AtomSet& set) {
  std::vector<AtomId> atoms;
  set.ForEach([&](AtomId atom) { atoms.push_back(atom); });
  return atoms;
}

// Atom 0 meets predicate 0 only, atom 1 both.
std::vector<AtomSet> Divide(double plain, double good, std::vector<double> asked_of_all,
                            std::vector<double> asked_of_good) {
  const std::vector<double> devices = {plain, good};
  const std::vector<AtomSet> eligible = {Atoms({0, 1}), Atoms({1})};
  const std::vector<std::size_t> ascending = {1, 0};
  const std::vector<std::vector<double>> demands = {std::move(asked_of_all), std::move(asked_of_good)};
  return DivideAsReleased({devices, eligible, ascending, demands});
}

TEST(VennReleased, GivesTheScarceGroupItsDevices) {
  const auto shares = Divide(500, 500, {100}, {100});
  EXPECT_THAT(Of(shares[0]), ElementsAre(0));
  EXPECT_THAT(Of(shares[1]), ElementsAre(1));
}

TEST(VennReleased, LetsALongQueueTakeThemOver) {
  const auto shares = Divide(100, 900, {10, 10, 10, 10}, {900});
  EXPECT_THAT(Of(shares[0]), ElementsAre(0, 1));
  EXPECT_THAT(Of(shares[1]), ElementsAre());
}

TEST(VennReleased, CountsOnlyRequestsThatEndBeforeTheOthersQueueHasDrained) {
  // As many wait as before, but none of them ends before 10/900 is served.
  const auto shares = Divide(100, 900, {10, 10, 10, 10}, {10});
  EXPECT_THAT(Of(shares[1]), ElementsAre(1));
}

TEST(VennReleased, TakesWhatNobodyAsksFor) {
  const auto shares = Divide(500, 500, {100}, {});
  EXPECT_THAT(Of(shares[0]), ElementsAre(0, 1));
}

TEST(VennReleased, TakesEvenWhatTheGroupIsNotEligibleFor) {
  // Two predicates that no device meets both of.
  const std::vector<double> devices = {900, 100};
  const std::vector<AtomSet> eligible = {Atoms({0}), Atoms({1})};
  const std::vector<std::size_t> ascending = {1, 0};
  const std::vector<std::vector<double>> demands = {{100}, {}};
  EXPECT_THAT(Of(DivideAsReleased({devices, eligible, ascending, demands})[0]), ElementsAre(0, 1));
}

TEST(VennReleased, PlansAGroupForEachNeedWithTheSmallestRemainingFirst) {
  SeenByPolicy seen;
  const Constraint strong(*Attributes::Make({{"cpu_f", 5}}, "test"));
  seen.Add(1).request.remaining = 9;
  seen.Add(2, strong);
  seen.Add(3).request.remaining = 4;
  const AtomId plain = seen.supply.Locate({});
  const AtomId good = seen.supply.Locate(*Attributes::Make({{"cpu_f", 6}}, "test"));
  for (int i = 0; i < 100; ++i) {
    seen.supply.Count(plain, Time(1s * i));
    seen.supply.Count(good, Time(1s * i));
  }
  Rng chance(1);
  const Plan plan = MakeVennReleased()->MakePlan(seen.At(Time(100s)), chance);
  ASSERT_EQ(plan.groups.size(), 2);
  EXPECT_THAT(plan.groups[0].order, ElementsAre(JobId{3}, JobId{1}));
  EXPECT_THAT(plan.groups[1].order, ElementsAre(JobId{2}));
  EXPECT_TRUE(plan.groups[0].first.Has(plain));
  EXPECT_TRUE(plan.groups[1].first.Has(good));
  EXPECT_TRUE(plan.groups[0].only_first);
}

}  // namespace
}  // namespace propius
