#include "scheduling/policies/fleet_cut.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

AtomSet Atoms(std::initializer_list<AtomId> ids) {
  AtomSet set;
  for (const AtomId id : ids) set.Add(id);
  return set;
}

double Total(const std::vector<Portion>& portions) {
  double total = 0;
  for (const Portion& portion : portions) total += portion.amount;
  return total;
}

double Of(const std::vector<Portion>& portions, AtomId atom) {
  double total = 0;
  for (const Portion& portion : portions) total += portion.atom == atom ? portion.amount : 0;
  return total;
}

TEST(FillEvenly, SharesOneKindByWeight) {
  const AtomSet all = Atoms({0});
  const auto got =
      FillEvenly(std::vector<Claimant>{{&all, 1}, {&all, 3}}, std::vector<double>{1}, std::vector<double>{8});
  EXPECT_DOUBLE_EQ(Total(got[0]), 2);
  EXPECT_DOUBLE_EQ(Total(got[1]), 6);
}

TEST(FillEvenly, LeavesScarceDevicesToThoseWhoHaveNoOthers) {
  const AtomSet all = Atoms({0, 1});
  const AtomSet scarce = Atoms({1});
  const auto got =
      FillEvenly(std::vector<Claimant>{{&all, 1}, {&scarce, 1}}, std::vector<double>{1}, std::vector<double>{20, 10});
  EXPECT_DOUBLE_EQ(Of(got[0], 0), 20);
  EXPECT_NEAR(Of(got[0], 1), 0, 1e-9);
  EXPECT_NEAR(Of(got[1], 1), 10, 1e-9);
}

TEST(FillEvenly, LetsTheFlexibleTakeFromTheScarceWhenTheyAreBehind) {
  const AtomSet all = Atoms({0, 1});
  const AtomSet scarce = Atoms({1});
  const auto got =
      FillEvenly(std::vector<Claimant>{{&all, 1}, {&scarce, 1}}, std::vector<double>{1}, std::vector<double>{10, 30});
  EXPECT_NEAR(Total(got[0]), 20, 1e-9);
  EXPECT_NEAR(Total(got[1]), 20, 1e-9);
}

TEST(FillEvenly, GivesWhatAJobCannotUseToItsSiblings) {
  // Family 0: one job that only uses the two rare devices, and one that uses any. Family 1 uses any.
  const AtomSet all = Atoms({0, 1});
  const AtomSet rare = Atoms({1});
  const auto got = FillEvenly(std::vector<Claimant>{{&rare, 1, 0}, {&all, 1, 0}, {&all, 1, 1}},
                              std::vector<double>{1, 1}, std::vector<double>{98, 2});
  EXPECT_NEAR(Total(got[0]), 2, 1e-9);
  EXPECT_NEAR(Total(got[0]) + Total(got[1]), 50, 1e-9);
  EXPECT_NEAR(Total(got[2]), 50, 1e-9);
}

TEST(FillEvenly, GivesNothingToThoseWhoAreEligibleForNothing) {
  const AtomSet none;
  const AtomSet later = Atoms({7});
  const AtomSet all = Atoms({0});
  const auto got = FillEvenly(std::vector<Claimant>{{&none, 1}, {&later, 1}, {&all, 1}}, std::vector<double>{1},
                              std::vector<double>{5});
  EXPECT_TRUE(got[0].empty());
  EXPECT_TRUE(got[1].empty());
  EXPECT_DOUBLE_EQ(Total(got[2]), 5);
  EXPECT_TRUE(FillEvenly({}, std::vector<double>{1}, std::vector<double>{5}).empty());
}

TEST(FillEvenly, GivesAllAwayAndSomethingToEveryoneWhateverTheInstance) {
  Rng chance(11);
  for (int instance = 0; instance < 300; ++instance) {
    const std::size_t atoms = 1 + chance.Below(12);
    std::vector<double> amounts;
    for (std::size_t i = 0; i < atoms; ++i) amounts.push_back(chance.Chance(0.2) ? 1e-9 : chance.Uniform(0.01, 100));
    std::vector<AtomSet> sets(1 + chance.Below(5));
    for (AtomSet& set : sets) {
      for (AtomId atom = 0; atom < atoms; ++atom) {
        if (chance.Chance(0.5)) set.Add(atom);
      }
    }
    std::vector<double> families(1 + chance.Below(4));
    for (double& weight : families) weight = chance.Uniform(0.1, 10);
    std::vector<Claimant> claims;
    for (std::uint64_t i = 0; i < 1 + chance.Below(20); ++i) {
      claims.push_back({&sets[chance.Below(sets.size())], chance.Uniform(0.1, 10), chance.Below(families.size())});
    }
    const Allotments got = FillEvenly(claims, families, amounts);
    std::vector<double> given(atoms);
    AtomSet wanted;
    for (std::size_t i = 0; i < claims.size(); ++i) {
      wanted |= *claims[i].eligible;
      EXPECT_EQ(got[i].empty(), claims[i].eligible->empty()) << instance;
      for (const Portion& portion : got[i]) {
        EXPECT_TRUE(claims[i].eligible->Has(portion.atom));
        EXPECT_GT(portion.amount, 0);
        given[portion.atom] += portion.amount;
      }
    }
    for (AtomId atom = 0; atom < atoms; ++atom) {
      EXPECT_NEAR(given[atom], wanted.Has(atom) ? amounts[atom] : 0, 1e-9 * 100) << instance;
    }
  }
}

TEST(LayOut, PutsPortionsSideBySideOverTheWholeOfAnAtom) {
  const Allotments allotments = {{{0, 1}, {1, 2}}, {{0, 3}, {1, 6}}, {{2, 5}}, {}};
  const auto cuts = LayOut(allotments, 4);
  ASSERT_EQ(cuts.size(), 4U);
  // The same quarter of two atoms is one cut.
  ASSERT_EQ(cuts[0].size(), 1U);
  EXPECT_EQ(cuts[0][0].part, (FleetPart{0, 0.25}));
  EXPECT_TRUE(cuts[0][0].atoms.Has(0) && cuts[0][0].atoms.Has(1));
  EXPECT_EQ(cuts[1][0].part, (FleetPart{0.25, 1}));
  EXPECT_EQ(cuts[2][0].part, (FleetPart{0, 1}));
  EXPECT_TRUE(cuts[3].empty());
}

TEST(AmountsOf, CountsKindsThatHaveNotComeForNextToNothing) {
  Supply supply;
  const auto predicate = supply.Watch({}, [](const auto&) {});
  EXPECT_TRUE(AmountsOf(supply).empty());
  const AtomId atom = supply.Locate({});
  EXPECT_TRUE(supply.Eligible(predicate).Has(atom));
  EXPECT_EQ(AmountsOf(supply), std::vector<double>{1});
}

}  // namespace
}  // namespace propius
