#include "scheduling/policies/srsf_total.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

TEST(SrsfTotal, CountsTheRoundsToComeNotOnlyThisOne) {
  SeenByPolicy seen;
  {
    const auto added = seen.Add(1);  // 2 now, 40 in 4 rounds after it
    added.request.remaining = 2;
  }
  {
    const auto added = seen.Add(2);  // 9 now, 10 in the last round
    added.job.rounds_done = 3;
    added.request.remaining = 9;
  }
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsfTotal(), seen, chance), ElementsAre(2, 1));
}

TEST(SrsfTotal, CountsAJobThatOutlivesItsAnnouncementWithItsCurrentRound) {
  SeenByPolicy seen;
  {
    const auto added = seen.Add(1);
    added.job.rounds_done = 900;
    added.request.remaining = 10;
  }
  seen.Add(2).job.rounds_done = 4;
  seen.requests[1].remaining = 9;
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsfTotal(), seen, chance), ElementsAre(2, 1));
}

TEST(SrsfTotal, DoesNotOverflowWhereAJobAsksForAllThatItMay) {
  SeenByPolicy seen;
  {
    const auto added = seen.Add(1);
    added.job.rounds = 1'000'000;
    added.job.demand = 10'000'000;
  }
  seen.Add(2);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsfTotal(), seen, chance), ElementsAre(2, 1));
}

TEST(SrsfTotal, SettlesTiesByRequestTimeThenJobId) {
  SeenByPolicy seen;
  seen.Add(1).request.requested_at = Time(8s);
  seen.Add(2).request.requested_at = Time(4s);
  seen.Add(3).request.requested_at = Time(4s);
  Rng chance(1);
  EXPECT_THAT(OrderOf(*MakeSrsfTotal(), seen, chance), ElementsAre(2, 3, 1));
}

}  // namespace
}  // namespace propius
