#include "scheduling/policies/fluid_ageing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Jobs on a stream of a device per second; a round takes 100 devices and then 90 s. Nothing moves in reality, unless
// the test says so.
class Ageing : public ::testing::Test {
 protected:
  Ageing() {
    const Attributes device = *Attributes::Make({{"ram_gb", 2}}, "a test");
    seen_.supply.Watch({}, [](const auto&) {});
    for (int second = 0; second < 1'000; ++second) {
      seen_.supply.Count(seen_.supply.Locate(device), Time(second * 1s));
    }
    seen_.supply.Advance(Time(1'000s));
  }

  void Add(std::uint32_t rounds) {
    KnownJob& job = seen_.Add(++last_id_).job;
    job.registered_at = now_;
    job.rounds = rounds;
    job.demand = 100;
    job.target = 100;
  }
  FluidOrder UrgentAt(FluidAgeing& ageing, Duration time) {
    for (; now_ < Time(time); now_ += 10s) ageing.Advance(seen_.At(now_), {});
    ageing.Advance(seen_.At(now_), {});
    return ageing.Urgent(seen_.At(now_));
  }

  SeenByPolicy seen_;
  Time now_{};
  std::uint64_t last_id_ = 0;
};

// With Venn it would end after 1,900 s or so, and is let wait until it can just end by 2.75 times that.
TEST_F(Ageing, MakesAJobUrgentThatWouldElseBeTooLate) {
  Add(10);
  FluidAgeing ageing(1);
  EXPECT_THAT(UrgentAt(ageing, 0s), IsEmpty());
  EXPECT_THAT(UrgentAt(ageing, 3'100s), IsEmpty());
  EXPECT_THAT(UrgentAt(ageing, 3'600s), ElementsAre(0));
}

TEST_F(Ageing, LetsAJobBeThatMoves) {
  Add(10);
  FluidAgeing ageing(1);
  UrgentAt(ageing, 2'000s);
  seen_.jobs[0].rounds_done = 8;
  EXPECT_THAT(UrgentAt(ageing, 4'500s), IsEmpty());
  EXPECT_THAT(UrgentAt(ageing, 5'200s), ElementsAre(0));
}

TEST_F(Ageing, IsEarlierTheStrongerItIs) {
  Add(10);
  FluidAgeing ageing(1.75);
  EXPECT_THAT(UrgentAt(ageing, 1'650s), IsEmpty());
  EXPECT_THAT(UrgentAt(ageing, 2'100s), ElementsAre(0));
}

TEST_F(Ageing, OfNoStrengthNeverMakesAJobUrgent) {
  Add(10);
  FluidAgeing none(0);
  EXPECT_THAT(UrgentAt(none, 100'000s), IsEmpty());
}

TEST_F(Ageing, ServesTheOneFirstThatIsDueFirst) {
  Add(20);
  Add(10);
  FluidAgeing ageing(1);
  EXPECT_THAT(UrgentAt(ageing, 40'000s), ElementsAre(1, 0));
}

TEST_F(Ageing, FollowsJobsThatComeAndGo) {
  Add(10);
  FluidAgeing ageing(1);
  UrgentAt(ageing, 2'500s);
  Add(10'000);
  UrgentAt(ageing, 2'600s);
  seen_.jobs.erase(seen_.jobs.begin());
  EXPECT_THAT(UrgentAt(ageing, 5'000s), IsEmpty());
}

}  // namespace
}  // namespace propius
