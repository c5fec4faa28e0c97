#include "scheduling/policies/las.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

TEST(Las, ServesTheJobFirstThatWasGivenLeast) {
  SeenByPolicy seen;
  seen.Add(1).job.attained_service = 500;
  seen.Add(2).job.attained_service = 20;
  seen.Add(3).job.attained_service = 21;
  seen.requests[1].remaining = 1'000;
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeLas(), seen, chance), ElementsAre(2, 3, 1));
}

TEST(Las, SettlesTiesByRequestTimeThenJobId) {
  SeenByPolicy seen;
  seen.Add(1).request.requested_at = Time(8s);
  seen.Add(2).request.requested_at = Time(4s);
  seen.Add(3).request.requested_at = Time(4s);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeLas(), seen, chance), ElementsAre(2, 3, 1));
}

}  // namespace
}  // namespace propius
