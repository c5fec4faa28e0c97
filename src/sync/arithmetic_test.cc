#include "sync/arithmetic.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace propius {
namespace {

using Values = std::vector<float>;

TEST(SyncArithmetic, DoesWhatItsNamesSay) {
  Values target{1, 2};
  AddScaled(target, Values{2, 4}, 0.5);
  EXPECT_EQ(target, (Values{2, 4}));
  MixIn(target, Values{6, 0}, 0.25);
  EXPECT_EQ(target, (Values{3, 3}));
  std::vector<double> sums{1, 1};
  Accumulate(sums, target, 2);
  EXPECT_EQ(sums, (std::vector<double>{7, 7}));
  AddMean(target, sums, 7);
  EXPECT_EQ(target, (Values{4, 4}));
  Values velocity{2, 2};
  AddWithMomentum(target, velocity, Values{1, 0}, 0.5);
  EXPECT_EQ(velocity, (Values{2, 1}));
  EXPECT_EQ(target, (Values{6, 5}));
  Values difference(2);
  Subtract(target, velocity, difference);
  EXPECT_EQ(difference, (Values{4, 4}));
}

TEST(SyncArithmetic, SeesAValueThatIsNotFiniteWhereverItIs) {
  EXPECT_TRUE(AllFinite({}));
  for (const std::size_t size : {1U, 5U, 16U, 17U, 40U}) {
    Values values(size, 3e38F);
    EXPECT_TRUE(AllFinite(values));
    for (std::size_t at = 0; at < size; ++at) {
      for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
        Values spoilt = values;
        spoilt[at] = bad;
        EXPECT_FALSE(AllFinite(spoilt)) << size << " " << at;
      }
    }
  }
}

}  // namespace
}  // namespace propius
