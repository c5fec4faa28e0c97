#include "scheduling/policies/fluid_ageing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/policies/fluid_imagined.h"
#include "scheduling/testing.h"

namespace propius {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Jobs on one stream of a device per second; a round binds 100 devices and collects for 100 s.
class Ageing : public ::testing::Test {
 protected:
  void Add(std::uint32_t rounds, std::uint32_t demand = 100) {
    KnownJob& job = seen_.Add(seen_.jobs.size() + 1).job;
    job.registered_at = Time(0s);
    job.rounds = rounds;
    job.demand = demand;
    view_.jobs.push_back(
        {.rounds = static_cast<double>(rounds), .devices = static_cast<double>(demand), .tail = 100, .limit = 10'000});
  }
  void Advance(FluidAgeing& ageing, Duration now) { ageing.Advance(seen_.At(Time(now)), view_); }

  SeenByPolicy seen_;
  FluidView view_{.fleet = {.rates = {1}, .streams_of = {{0}}}, .jobs = {}};
};

TEST_F(Ageing, MakesNobodyUrgentAtFirst) {
  Add(10);
  FluidAgeing ageing(1);
  Advance(ageing, 0s);
  EXPECT_THAT(ageing.Urgent(), IsEmpty());
  EXPECT_GT(ageing.next_look(), Time(0s));
  EXPECT_LE(ageing.next_look(), Time(24h));
}

// Alone it would end after 2,000 s, so it is let wait until it can just end by 5,500 s.
TEST_F(Ageing, MakesAJobUrgentThatWouldElseBeTooLate) {
  Add(10);
  FluidAgeing ageing(1);
  Advance(ageing, 0s);
  Advance(ageing, 3'400s);
  EXPECT_THAT(ageing.Urgent(), IsEmpty());
  Advance(ageing, 3'500s);
  EXPECT_THAT(ageing.Urgent(), ElementsAre(0));
}

TEST_F(Ageing, LetsAJobThatMovesBe) {
  Add(10);
  FluidAgeing ageing(1);
  Advance(ageing, 0s);
  seen_.jobs[0].rounds_done = 8;
  view_.jobs[0].rounds = 2;
  Advance(ageing, 3'000s);
  EXPECT_THAT(ageing.Urgent(), IsEmpty());
}

TEST_F(Ageing, IsEarlierTheStrongerItIs) {
  Add(10);
  FluidAgeing weak(0.5);
  FluidAgeing strong(3);
  for (FluidAgeing* ageing : {&weak, &strong}) {
    Advance(*ageing, 0s);
    Advance(*ageing, 2'000s);
  }
  EXPECT_THAT(weak.Urgent(), IsEmpty());
  EXPECT_THAT(strong.Urgent(), ElementsAre(0));
}

TEST_F(Ageing, OfNoStrengthNeverMakesAJobUrgent) {
  Add(10);
  FluidAgeing none(0);
  Advance(none, 0s);
  Advance(none, 100'000s);
  EXPECT_THAT(none.Urgent(), IsEmpty());
  EXPECT_EQ(none.next_look(), Time::max());
}

TEST_F(Ageing, ServesTheOneFirstThatIsDueFirst) {
  Add(20);
  Add(10);
  FluidAgeing ageing(1);
  Advance(ageing, 0s);
  Advance(ageing, 3'000s);
  Advance(ageing, 40'000s);
  EXPECT_THAT(ageing.Urgent(), ElementsAre(1, 0));
}

TEST_F(Ageing, FollowsJobsThatComeAndGo) {
  Add(10);
  FluidAgeing ageing(1);
  Advance(ageing, 0s);
  Advance(ageing, 2'500s);
  Add(10'000);
  Advance(ageing, 2'600s);
  seen_.jobs.erase(seen_.jobs.begin());
  view_.jobs.erase(view_.jobs.begin());
  Advance(ageing, 3'100s);
  EXPECT_THAT(ageing.Urgent(), IsEmpty());
}

TEST_F(Ageing, SurvivesAFleetWithoutDevices) {
  Add(10);
  view_.fleet = {.rates = {}, .streams_of = {{}}};
  FluidAgeing ageing(1);
  Advance(ageing, 0s);
  Advance(ageing, 1'000'000s);
  EXPECT_LE(ageing.Urgent().size(), 1);
}

TEST_F(Ageing, ImaginesALargerRoundBehindASmallerOneUntilItIsNearlyFull) {
  Add(10, 200);
  Add(10, 100);
  const auto speeds = SpeedsWithVenn(seen_.At(Time(0s)), view_, {true, true});
  // A hundred devices of what is left while the other collects, then a hundred before the other, then 100 s of answers.
  EXPECT_NEAR(speeds[0], 1.0 / (100 / 0.5 + 100 + 100), 1e-9);
  EXPECT_NEAR(speeds[1], 0.75 / 200, 1e-9);  // interrupted for 100 s of 400
}

TEST_F(Ageing, ImaginesThatEqualJobsTakeTurnsAsManyAsFit) {
  for (int i = 0; i < 3; ++i) Add(10);
  const auto speeds = SpeedsWithVenn(seen_.At(Time(0s)), view_, {true, true, true});
  EXPECT_NEAR(speeds[0], 1.0 / 200, 1e-9);
  EXPECT_NEAR(speeds[1], 1.0 / 200, 1e-9) << "takes devices while the first one collects";
  EXPECT_NEAR(speeds[2], 1 / (100 / (0.5 / 9) + 100), 1e-9) << "only what every job gets at the least";
}

TEST_F(Ageing, ImaginesAtLeastSomethingForEveryJob) {
  Add(10, 100);
  Add(10, 6'000);  // would fail on what the first leaves
  const auto speeds = SpeedsWithVenn(seen_.At(Time(0s)), view_, {true, true});
  EXPECT_NEAR(speeds[1], 1 / (6'000 / (0.5 / 4) + 100), 1e-12);
}

TEST_F(Ageing, ImaginesThatScarceDevicesServeOthersWhileTheirJobCollects) {
  for (int i = 0; i < 4; ++i) Add(10);
  view_.fleet = {.rates = {1, 1}, .streams_of = {{0, 1}, {1}}};
  view_.jobs[0].kind = 1;
  const auto speeds = SpeedsWithVenn(seen_.At(Time(0s)), view_, {true, true, true, true});
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(speeds[i], 1.0 / 200, 1e-9) << i;
  EXPECT_NEAR(speeds[3], 1.0 / (100 / 0.5 + 100), 1e-9);
}

TEST_F(Ageing, ImaginesNothingForAJobThatDoesNotWait) {
  Add(10, 200);
  Add(10, 100);
  const auto speeds = SpeedsWithVenn(seen_.At(Time(0s)), view_, {true, false});
  EXPECT_EQ(speeds[1], 0);
  EXPECT_NEAR(speeds[0], 1.0 / 300, 1e-9);
}

TEST_F(Ageing, ImaginesScarceDevicesInTheHandsOfThoseWhoHaveNoOthers) {
  Add(10);
  Add(10);
  view_.fleet = {.rates = {1, 1}, .streams_of = {{0, 1}, {1}}};
  view_.jobs[1].kind = 1;
  const auto speeds = SpeedsWithVenn(seen_.At(Time(0s)), view_, {true, true});
  EXPECT_NEAR(speeds[0], 1.0 / 200, 1e-9);
  EXPECT_NEAR(speeds[1], 1.0 / 200, 1e-9);
}

}  // namespace
}  // namespace propius
