#include "scheduling/policies/srsf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

// The authors' SRSF scored by the whole demand and never looked again (defect u).
TEST(Srsf, OrdersByWhatRemainsNotByWhatWasAsked) {
  std::vector<OpenRequest> requests{RequestOf(1), RequestOf(2)};
  requests[0].demand = 10;
  requests[0].remaining = 9;
  requests[1].demand = 400;
  requests[1].remaining = 3;
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsf(), requests, chance), ElementsAre(2, 1));
}

TEST(Srsf, SettlesTiesByRequestTimeThenJobId) {
  std::vector<OpenRequest> requests{RequestOf(1), RequestOf(2), RequestOf(3)};
  requests[0].requested_at = Time(8s);
  requests[1].requested_at = Time(4s);
  requests[2].requested_at = Time(4s);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsf(), requests, chance), ElementsAre(2, 3, 1));
}

}  // namespace
}  // namespace propius
