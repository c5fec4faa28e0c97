#include "scheduling/policies/venn_order.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace propius {
namespace {

TEST(SortByKey, SortsAsAStableSortDoes) {
  Rng chance(3);
  std::vector<Keyed> room;
  for (int round = 0; round < 300; ++round) {
    const std::uint64_t shift = chance.Below(64);
    std::vector<Keyed> items(chance.Below(400));
    for (std::uint32_t i = 0; i < items.size(); ++i) items[i] = {chance() >> shift, i};
    auto expected = items;
    std::ranges::stable_sort(expected, {}, &Keyed::key);
    SortByKey(items, room);
    ASSERT_EQ(items.size(), expected.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      ASSERT_EQ(items[i].key, expected[i].key) << round;
      ASSERT_EQ(items[i].index, expected[i].index) << round;
    }
  }
}

TEST(OrderedBits, OrdersAsTheNumbersDo) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> ascending = {-kInfinity, -1e300, -2, -1, -1e-300, 0, 1e-300, 0.5, 1, 2, 1e300, kInfinity};
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    EXPECT_LT(OrderedBits(ascending[i - 1]), OrderedBits(ascending[i])) << ascending[i];
  }
}

}  // namespace
}  // namespace propius
