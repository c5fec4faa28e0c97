#include "base/check.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Check, LetsWhatHoldsPass) {
  int calls = 0;
  CHECK(++calls == 1);
  EXPECT_EQ(calls, 1);
}

TEST(CheckDeathTest, EndsTheProcessOnABrokenInvariantAndNamesIt) {
  EXPECT_DEATH(CHECK(1 + 1 == 3), "check_test.cc:[0-9]+: broken invariant: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace propius
