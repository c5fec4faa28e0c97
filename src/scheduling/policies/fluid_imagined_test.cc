#include "scheduling/policies/fluid_imagined.h"

#include <cmath>

#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

constexpr TaskWork kWork{.samples = 1'000, .kilobits = 10'000};

// A weak and a strong device per second; jobs take the strong ones unless said otherwise. Answers take 90 s, which is
// what a round's tail is before the first.
class Imagined : public ::testing::Test {
 protected:
  Imagined() {
    const Attributes weak = *Attributes::Make({{"ram_gb", 2}}, "a test");
    const Attributes strong = *Attributes::Make({{"ram_gb", 4}}, "a test");
    strong_ = Constraint(*Attributes::Make({{"ram_gb", 4}}, "bounds"));
    seen_.supply.Watch(strong_, [](const auto&) {});
    for (int second = 0; second < 1'000; ++second) {
      for (const Attributes& device : {weak, strong})
        seen_.supply.Count(seen_.supply.Locate(device), Time(second * 1s));
    }
    seen_.supply.Advance(Time(1'000s));
  }

  KnownJob& Add(std::uint32_t rounds, std::uint32_t demand = 100) { return Add(rounds, demand, strong_); }
  KnownJob& Add(std::uint32_t rounds, std::uint32_t demand, const Constraint& needs) {
    KnownJob& job = seen_.Add(++last_id_, needs).job;
    job.registered_at = now_;
    job.round_limit = 1h;
    job.rounds = rounds;
    job.demand = demand;
    job.target = demand;
    return job;
  }
  void Remove(std::uint64_t id) {
    std::erase_if(seen_.jobs, [&](const KnownJob& job) { return job.job == JobId{id}; });
  }
  // Three of five devices take less than 60 s for kWork, four of five less than 80 s.
  void LearnTimes() {
    TierProfile devices;
    for (int i = 1; i <= 100; ++i) devices.Record(i * 1s, 1s);
    ASSERT_TRUE(times_.Learn(devices, kWork, true));
  }
  void RunFor(Duration time) {
    for (const Time until = now_ + time; now_ < until; now_ += 10s) fleet_.Advance(seen_.At(now_), times_);
    fleet_.Advance(seen_.At(now_), times_);
  }
  // Seconds; -1 before.
  double Lasted(std::uint64_t id) const {
    const auto lasted = fleet_.Lasted({id});
    return lasted ? std::round(Seconds(*lasted)) : -1;
  }

  SeenByPolicy seen_;
  Constraint strong_;
  FluidTaskTimes times_;
  ImaginedVenn fleet_{0};  // answers take as long as usual
  Time now_{};
  std::uint64_t last_id_ = 0;
};

TEST_F(Imagined, TakesARoundsDevicesAndWaitsForTheirAnswers) {
  Add(1);
  RunFor(180s);
  EXPECT_EQ(Lasted(1), -1);
  RunFor(20s);
  EXPECT_EQ(Lasted(1), 190);
}

TEST_F(Imagined, ForeseesTheEndOfAJobThatIsNearlyThere) {
  Add(10);
  RunFor(1'700s);
  EXPECT_EQ(Lasted(1), -1);
  RunFor(20s);
  EXPECT_EQ(Lasted(1), 1'900);
}

TEST_F(Imagined, GoesOnFromTheRoundsOfAJobThatWasHereBefore) {
  Add(10).rounds_done = 8;
  RunFor(200s);
  EXPECT_EQ(Lasted(1), 211);
}

TEST_F(Imagined, ServesTheSmallerRequestFirstUntilTheLargerOneLacksLess) {
  Add(2, 100);
  Add(1, 200);
  RunFor(600s);
  EXPECT_EQ(Lasted(1), 380);
  EXPECT_EQ(Lasted(2), 490) << "90 devices while the other waits for answers, twice, and the last 20 before it";
}

TEST_F(Imagined, ServesTheOlderOneOfEqualJobsFirst) {
  for (int i = 0; i < 3; ++i) Add(1);
  RunFor(400s);
  EXPECT_EQ(Lasted(1), 190);
  EXPECT_EQ(Lasted(2), 290);
  EXPECT_EQ(Lasted(3), 390);
}

TEST_F(Imagined, LeavesScarceDevicesToThoseWhoHaveNoOthers) {
  Add(1, 100, {});
  Add(1, 100);
  RunFor(200s);
  EXPECT_EQ(Lasted(1), 190);
  EXPECT_EQ(Lasted(2), 190);
}

TEST_F(Imagined, WaitsForFourOfFiveOnceTheirTimeIsKnown) {
  LearnTimes();
  Add(1).work = kWork;
  RunFor(190s);
  EXPECT_NEAR(Lasted(1), 180, 2);
}

TEST_F(Imagined, WaitsForThreeOfFiveWhileMoreDevicesCome) {
  LearnTimes();
  KnownJob& job = Add(1, 400);
  job.work = kWork;
  job.target = 100;
  RunFor(300s);
  EXPECT_NEAR(Lasted(1), 100 / seen_.experience.SuccessShare() + 60, 2);
}

TEST_F(Imagined, FailsARoundThatDoesNotEndInTime) {
  Add(1).round_limit = 189s;
  RunFor(10h);
  EXPECT_EQ(Lasted(1), -1);
}

TEST_F(Imagined, StandsStillWithoutDevices) {
  Add(1);
  seen_.supply = Supply();
  seen_.supply.Watch(strong_, [](const auto&) {});
  RunFor(10h);
  EXPECT_EQ(Lasted(1), -1);
}

TEST_F(Imagined, LetsAJobThatHasReallyEndedFinish) {
  for (int i = 0; i < 2; ++i) Add(1);
  RunFor(50s);
  Remove(1);
  RunFor(300s);
  EXPECT_EQ(Lasted(2), 290);
}

TEST_F(Imagined, LetsAJobThatHasReallyEndedEarlyDoNoMoreRoundsHere) {
  Add(100);
  Add(1, 200);
  RunFor(50s);
  seen_.jobs[0].rounds_done = 1;
  RunFor(10s);
  Remove(1);
  RunFor(600s);
  EXPECT_EQ(Lasted(2), 490) << "after two rounds of the other";
}

TEST_F(Imagined, ForgetsAJobThatHasReallyEndedOnceNoneOfItsKindIsThere) {
  Add(1'000, 100);
  Add(1, 400, {});
  RunFor(50s);
  Remove(1);
  RunFor(600s);
  EXPECT_EQ(Lasted(2), 50 + 350 / 2 + 90);
}

TEST_F(Imagined, SpreadsTheTimesOfAnswers) {
  fleet_ = ImaginedVenn(0.3);
  Add(100);
  RunFor(17'000s);
  EXPECT_NEAR(Lasted(1), 19'000, 1'000);
  EXPECT_NE(Lasted(1), 19'000);
}

TEST_F(Imagined, CatchesUpWithAFewEventsInOneCall) {
  Add(10);
  fleet_.Advance(seen_.At(Time{}), times_);
  fleet_.Advance(seen_.At(Time(10h)), times_);
  EXPECT_EQ(Lasted(1), -1);
  for (int i = 0; i < 3; ++i) fleet_.Advance(seen_.At(Time(10h)), times_);
  EXPECT_EQ(Lasted(1), 1'900);
}

}  // namespace
}  // namespace propius
