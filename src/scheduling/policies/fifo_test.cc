#include "scheduling/policies/fifo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Fifo, ServesTheJobFirstThatRegisteredFirst) {
  std::vector<OpenRequest> requests{RequestOf(1), RequestOf(2), RequestOf(3)};
  requests[0].registered_at = Time(9s);
  requests[1].registered_at = Time(3s);
  requests[2].registered_at = Time(5s);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeFifo(), requests, chance), ElementsAre(2, 3, 1));
}

TEST(Fifo, SettlesTiesByJobIdAndIgnoresWhenTheRoundWasRequested) {
  std::vector<OpenRequest> requests{RequestOf(4), RequestOf(7)};
  requests[0].requested_at = Time(9s);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeFifo(), requests, chance), ElementsAre(4, 7));
}

TEST(Fifo, AdmitsEveryone) {
  const EmptyCensus census;
  const std::vector<OpenRequest> requests{RequestOf(1)};
  Rng chance(1);
  const Plan plan = MakeFifo()->MakePlan({Time(0s), requests, census}, chance);
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_TRUE(plan[0].admits.Admits(Attributes()));
}

TEST(Fifo, PlansNothingWhenNothingIsOpen) {
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeFifo(), {}, chance), IsEmpty());
}

}  // namespace
}  // namespace propius
