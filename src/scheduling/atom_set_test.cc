#include "scheduling/atom_set.h"

#include <array>
#include <initializer_list>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace propius {
namespace {

using testing::ElementsAre;

AtomSet Of(std::initializer_list<AtomId> atoms) {
  AtomSet set;
  for (const AtomId atom : atoms) set.Add(atom);
  return set;
}

std::vector<AtomId> Atoms(const AtomSet& set) {
  std::vector<AtomId> atoms;
  set.ForEach([&](AtomId atom) { atoms.push_back(atom); });
  return atoms;
}

TEST(AtomSet, VisitsItsAtomsInAscendingOrder) {
  EXPECT_THAT(Atoms(Of({200, 3, 64, 63, 0})), ElementsAre(0, 3, 63, 64, 200));
  EXPECT_THAT(Atoms({}), ElementsAre());
}

TEST(AtomSet, HasWhatWasAddedAndNothingBeyond) {
  const AtomSet set = Of({5, 100});
  EXPECT_TRUE(set.Has(5) && set.Has(100));
  EXPECT_FALSE(set.Has(6) || set.Has(101) || set.Has(~AtomId{0}));
}

TEST(AtomSet, UnitesIntersectsAndSubtractsSetsOfAnyLength) {
  const AtomSet low = Of({1, 2});
  const AtomSet high = Of({2, 300});
  AtomSet either = low;
  either |= high;
  EXPECT_THAT(Atoms(either), ElementsAre(1, 2, 300));
  EXPECT_THAT(Atoms(low & high), ElementsAre(2));
  EXPECT_THAT(Atoms(high & low), ElementsAre(2));
  AtomSet rest = high;
  rest -= low;
  EXPECT_THAT(Atoms(rest), ElementsAre(300));
  rest -= high;
  EXPECT_TRUE(rest.empty());
}

TEST(AtomSet, IsEqualByItsAtomsHoweverItCameByThem) {
  AtomSet shrunk = Of({1, 300});
  shrunk -= Of({300});
  EXPECT_EQ(shrunk, Of({1}));
  EXPECT_EQ(Of({1}), shrunk);
  EXPECT_NE(Of({1, 300}), Of({1}));
  EXPECT_NE(Of({1}), Of({2}));
}

TEST(AtomSet, WeighsItsAtoms) {
  const std::array<double, 4> rates = {1, 2, 4, 8};
  EXPECT_EQ(Of({0, 3}).Weight(rates), 9);
  EXPECT_EQ(AtomSet().Weight(rates), 0);
  EXPECT_EQ(Of({0, 1, 3}).SharedWeight(Of({1, 2, 3, 500}), rates), 10);
  EXPECT_EQ(Of({500}).SharedWeight(Of({1}), rates), 0);
}

}  // namespace
}  // namespace propius
