#include "scheduling/policies/fifo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Fifo, ServesTheJobFirstThatRegisteredFirst) {
  SeenByPolicy seen;
  seen.Add(1).job.registered_at = Time(9s);
  seen.Add(2).job.registered_at = Time(3s);
  seen.Add(3).job.registered_at = Time(5s);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeFifo(), seen, chance), ElementsAre(2, 3, 1));
}

TEST(Fifo, SettlesTiesByJobIdAndIgnoresWhenTheRoundWasRequested) {
  SeenByPolicy seen;
  seen.Add(4).request.requested_at = Time(9s);
  seen.Add(7);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeFifo(), seen, chance), ElementsAre(4, 7));
}

TEST(Fifo, AdmitsEveryone) {
  SeenByPolicy seen;
  seen.Add(1);
  Rng chance(1);
  const Plan plan = MakeFifo()->MakePlan(seen.At(Time(0s)), chance);
  ASSERT_EQ(plan.groups.size(), 1U);
  EXPECT_TRUE(plan.groups[0].admits.Admits(Attributes()));
}

TEST(Fifo, PlansNothingWhenNothingIsOpen) {
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeFifo(), SeenByPolicy(), chance), IsEmpty());
}

}  // namespace
}  // namespace propius
