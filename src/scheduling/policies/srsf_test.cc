#include "scheduling/policies/srsf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

// The authors' SRSF scored by the whole demand and never looked again (defect u).
TEST(Srsf, OrdersByWhatRemainsNotByWhatWasAsked) {
  SeenByPolicy seen;
  seen.Add(1).request.remaining = 9;
  OpenRequest& large = seen.Add(2).request;
  large.demand = 400;
  large.remaining = 3;
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsf(), seen, chance), ElementsAre(2, 1));
}

TEST(Srsf, SettlesTiesByTheAgeOfTheJobThenItsId) {
  SeenByPolicy seen;
  seen.Add(1).job.registered_at = Time(8s);
  seen.Add(2).job.registered_at = Time(4s);
  seen.Add(3).job.registered_at = Time(4s);
  for (OpenRequest& request : seen.requests) request.requested_at = Time(10s) - Duration(1s) * request.job.value;
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsf(), seen, chance), ElementsAre(2, 3, 1));
}

}  // namespace
}  // namespace propius
