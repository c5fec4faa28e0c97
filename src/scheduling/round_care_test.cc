#include "scheduling/round_care.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

constexpr Time kOpened{100s};

// A round of 100 devices for 80 reports in 600 s, on a fleet of one eligible device per second.
struct Case {
  RoundCare care{.available_rate = 1, .supply_rate = 1, .success = 1};
  RoundStanding round{.demand = 100, .target = 80, .requested_at = kOpened, .deadline = kOpened + 600s, .tail = 60s};

  void Bound(std::uint32_t devices, Duration after) {
    round.accepted = devices;
    round.live = devices;
    round.expected = devices;
    round.first_bound = kOpened + after;
  }
  bool Takes(Duration after, std::optional<Duration> task = 60s) const {
    return MayTake(care, round, kOpened + after, task);
  }
  bool Rescued(Duration after) const { return NeedsRescue(care, round, kOpened + after); }
};

TEST(RoundCare, TakesADeviceThatIsNeededAndInTime) { EXPECT_TRUE(Case{}.Takes(1s)); }

TEST(RoundCare, StopsAtTheExpectedTarget) {
  Case full;
  full.Bound(80, 1s);
  EXPECT_FALSE(full.Takes(100s));
  full.round.expected = 79.5;
  EXPECT_TRUE(full.Takes(100s));
}

TEST(RoundCare, GoesUpToTheDemandWhereNeedIsNotStrict) {
  Case generous;
  generous.care.strict_need = false;
  generous.Bound(99, 1s);
  EXPECT_TRUE(generous.Takes(100s));
  generous.Bound(100, 1s);
  EXPECT_FALSE(generous.Takes(100s));
}

TEST(RoundCare, TakesSomeMoreWhenItIsTooLateToReplaceADevice) {
  Case round;
  round.care.success = 0.9;
  round.Bound(90, 1s);
  round.round.expected = 81;  // two deviations are 5.7
  EXPECT_FALSE(round.Takes(509s));
  EXPECT_TRUE(round.Takes(511s));  // less than 90 s left
  round.round.expected = 86;
  EXPECT_FALSE(round.Takes(511s));
}

TEST(RoundCare, NeverGoesBeyondTheDemand) {
  Case unlucky;
  unlucky.Bound(100, 1s);
  unlucky.round.expected = 20;
  EXPECT_FALSE(unlucky.Takes(100s));
}

TEST(RoundCare, ReplacesWhatWasLost) {
  Case bereft;
  bereft.Bound(100, 1s);
  bereft.round.live = 60;
  bereft.round.expected = 60;
  EXPECT_TRUE(bereft.Takes(100s));
}

TEST(RoundCare, RefusesADeviceThatCannotReportInTime) {
  Case late;
  late.Bound(70, 1s);
  EXPECT_TRUE(late.Takes(539s));
  EXPECT_FALSE(late.Takes(540s));  // a second to hand over, and 60
}

TEST(RoundCare, DoesNotStartARoundThatWouldRunOutOfTime) {
  Case untouched;  // half of 80 s and a tail of 60 s
  EXPECT_TRUE(untouched.Takes(500s));
  EXPECT_FALSE(untouched.Takes(501s));
  untouched.Bound(10, 450s);  // started before
  EXPECT_TRUE(untouched.Takes(501s));
}

TEST(RoundCare, DoesNotStartARoundThatTheOrderLeavesNothing) {
  Case starved;
  starved.care.available_rate = 0;
  EXPECT_FALSE(starved.Takes(0s));
  starved.care.admission = 0;
  EXPECT_TRUE(starved.Takes(0s));
}

TEST(RoundCare, SendsAStragglerToARoundThatLastsLongEnough) {
  Case young;
  young.round.deadline = kOpened + 1'000s;
  EXPECT_TRUE(young.Takes(1s, 180s));  // 80 s of need and 100 s of patience
  EXPECT_FALSE(young.Takes(1s, 181s));

  // Ten devices in 20 s: its own pace is half a device per second, 70 are needed yet.
  Case slow = young;
  slow.Bound(10, 0s);
  EXPECT_TRUE(slow.Takes(20s, 240s));
  EXPECT_FALSE(slow.Takes(20s, 241s));
  slow.round.accepted = 4;  // too few to tell a pace from
  EXPECT_FALSE(slow.Takes(20s, 240s));
}

TEST(RoundCare, TakesADeviceOfUnknownSpeedWhereverThereIsNeed) {
  Case open;
  open.Bound(79, 1s);
  EXPECT_TRUE(open.Takes(599s, std::nullopt));
  open.Bound(80, 1s);
  EXPECT_FALSE(open.Takes(100s, std::nullopt));
}

TEST(RoundCare, RescuesARoundThatIsShortOfLittleAndOfTime) {
  Case late;
  EXPECT_FALSE(late.Rescued(520s));  // not started
  late.Bound(60, 1s);                // 20 s to go at full rate; rescue from 50 s to 14 s before the tail
  EXPECT_FALSE(late.Rescued(489s));
  EXPECT_TRUE(late.Rescued(491s));
  EXPECT_TRUE(late.Rescued(525s));
  EXPECT_FALSE(late.Rescued(527s));
  late.Bound(80, 1s);
  EXPECT_FALSE(late.Rescued(510s));  // needs nobody
  late.Bound(30, 1s);
  EXPECT_FALSE(late.Rescued(470s));  // too far from its target
}

TEST(RoundCare, SurvivesAFleetWithoutDevices) {
  Case desert;
  desert.care = {.available_rate = 0, .supply_rate = 0, .success = 0};
  EXPECT_FALSE(desert.Takes(0s));
  desert.Bound(60, 1s);
  EXPECT_FALSE(desert.Rescued(500s));
}

}  // namespace
}  // namespace propius
