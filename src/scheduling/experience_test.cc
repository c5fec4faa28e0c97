#include "scheduling/experience.h"

#include <gtest/gtest.h>

#include "scheduling/experience_allowance.h"
#include "scheduling/experience_success.h"

namespace propius {
namespace {

constexpr RoundKey kRound{{7}, {1}};
constexpr Time kStart{1'000s};

struct OneRound {
  OneRound() { seen.RoundOpened(kRound, 10, 8, kStart + 600s, kStart); }
  const RoundStanding& standing() const { return *seen.Standing(kRound); }
  void Bind(std::uint32_t slot, Duration after, std::optional<Duration> task = 60s) {
    seen.Bound(kRound, {slot}, task, kStart + after);
  }
  Experience seen;
};

TEST(Experience, CountsWhatBecomesOfTheDevicesOfARound) {
  OneRound round;
  for (std::uint32_t slot = 0; slot < 4; ++slot) round.Bind(slot, 5s + slot * 1s);
  round.seen.Reported(kRound, {1}, kStart + 70s);
  round.seen.Lost(kRound, {2}, kStart + 71s);
  EXPECT_EQ(round.standing().demand, 10);
  EXPECT_EQ(round.standing().target, 8);
  EXPECT_EQ(round.standing().requested_at, kStart);
  EXPECT_EQ(round.standing().deadline, kStart + 600s);
  EXPECT_EQ(round.standing().first_bound, kStart + 5s);
  EXPECT_EQ(round.standing().accepted, 4);
  EXPECT_EQ(round.standing().live, 2);
  EXPECT_EQ(round.standing().reported, 1);
  EXPECT_NEAR(round.standing().expected, 2 * SuccessShares::kFirstGuess, 1e-9);
  EXPECT_NEAR(round.standing().Need(), 8 - 1 - 2 * SuccessShares::kFirstGuess, 1e-9);
}

TEST(Experience, KnowsNoStandingOfARoundThatIsNotOpen) {
  OneRound round;
  EXPECT_EQ(round.seen.Standing({{7}, {2}}), nullptr);
  EXPECT_EQ(round.seen.Standing({{8}, {1}}), nullptr);
  round.seen.RoundClosed(kRound, false, kStart + 600s);
  EXPECT_EQ(round.seen.Standing(kRound), nullptr);
}

TEST(Experience, OverlooksEventsOfUnknownRoundsAndSlots) {
  OneRound round;
  round.Bind(0, 1s);
  round.Bind(0, 2s);
  for (const RoundKey& stranger : {RoundKey{{7}, {2}}, RoundKey{{9}, {1}}}) {
    round.seen.Bound(stranger, {1}, 60s, kStart);
    round.seen.Reported(stranger, {0}, kStart);
    round.seen.Lost(stranger, {0}, kStart);
    round.seen.RoundClosed(stranger, true, kStart);
  }
  round.seen.Reported(kRound, {5}, kStart + 3s);
  round.seen.Lost(kRound, {5}, kStart + 3s);
  round.seen.JobFinished({9});
  EXPECT_EQ(round.standing().accepted, 1);
  EXPECT_EQ(round.standing().live, 1);
  EXPECT_EQ(round.standing().reported, 0);
}

TEST(Experience, NoLongerExpectsADeviceThatIsSilentPastItsTime) {
  OneRound round;
  round.Bind(0, 0s, 60s);
  round.Bind(1, 0s, 200s);
  round.seen.Advance(kStart + 60s);
  EXPECT_NEAR(round.standing().expected, 2 * SuccessShares::kFirstGuess, 1e-9);
  round.seen.Advance(kStart + 70s);
  EXPECT_NEAR(round.standing().expected, SuccessShares::kFirstGuess, 1e-9);
  EXPECT_EQ(round.standing().live, 2);
  EXPECT_LT(round.seen.SuccessShare(60s), SuccessShares::kFirstGuess);

  // Late is better than never, and no failure after all.
  round.seen.Reported(kRound, {0}, kStart + 90s);
  EXPECT_EQ(round.standing().reported, 1);
  EXPECT_NEAR(round.standing().expected, SuccessShares::kFirstGuess, 1e-9);
  EXPECT_GT(round.seen.SuccessShare(60s), SuccessShares::kFirstGuess);
}

TEST(Experience, CountsASilentDeviceAsLostOnce) {
  OneRound round;
  round.Bind(0, 0s, 60s);
  round.seen.Advance(kStart + 100s);
  const double share = round.seen.SuccessShare();
  round.seen.Lost(kRound, {0}, kStart + 120s);
  EXPECT_EQ(round.seen.SuccessShare(), share);
  EXPECT_EQ(round.standing().live, 0);
  EXPECT_EQ(round.standing().expected, 0);
}

TEST(Experience, ExpectsADeviceOfUnknownSpeedUntilItKnowsHowLongSuchDevicesTake) {
  OneRound round;
  round.Bind(0, 0s, std::nullopt);
  round.seen.Advance(kStart + 599s);
  EXPECT_GT(round.standing().expected, 0);

  round.seen.RoundOpened({{7}, {2}}, 100, 80, kStart + 1'200s, kStart + 600s);
  for (std::uint32_t slot = 0; slot < 40; ++slot) {
    round.seen.Bound({{7}, {2}}, {slot}, std::nullopt, kStart + 600s);
    round.seen.Reported({{7}, {2}}, {slot}, kStart + 620s);
  }
  round.seen.Bound({{7}, {2}}, {99}, std::nullopt, kStart + 700s);
  round.seen.Advance(kStart + 800s);
  EXPECT_EQ(round.seen.Standing({{7}, {2}})->live, 1);
  EXPECT_EQ(round.seen.Standing({{7}, {2}})->expected, 0);
  EXPECT_EQ(round.seen.Tiers({7}), nullptr);
}

TEST(Experience, LearnsTheTailFromTheMomentWithoutNeedToTheClose) {
  OneRound round;
  EXPECT_EQ(round.seen.Tail({7}), 90s);
  EXPECT_EQ(round.seen.Tail({8}), 90s);
  round.seen.RoundClosed(kRound, false, kStart + 600s);
  EXPECT_EQ(round.seen.Tail({7}), 90s);  // it never was without need

  const RoundKey next{{7}, {2}};
  round.seen.RoundOpened(next, 2, 1, kStart + 1'200s, kStart + 600s);
  round.seen.Bound(next, {0}, 60s, kStart + 610s);
  round.seen.Bound(next, {1}, 60s, kStart + 620s);  // expected reports: 1.76 for a target of 1
  round.seen.RoundClosed(next, true, kStart + 660s);
  EXPECT_EQ(round.seen.Tail({7}), 85s);  // 90 + 0.1 (40 - 90)
  EXPECT_EQ(round.seen.Tail({8}), 90s);

  round.seen.RoundOpened({{7}, {3}}, 2, 1, kStart + 1'200s, kStart + 660s);
  EXPECT_EQ(round.seen.Standing({{7}, {3}})->tail, 85s);
}

TEST(Experience, TakesARoundThatNeededItsLastReportAsWithoutTail) {
  OneRound round;
  for (std::uint32_t slot = 0; slot < 8; ++slot) {
    round.Bind(slot, 1s);
    round.seen.Reported(kRound, {slot}, kStart + 10s);
  }
  round.seen.RoundClosed(kRound, true, kStart + 10s);
  EXPECT_EQ(round.seen.Tail({7}), 81s);
}

TEST(Experience, TellsSchedulingFromCollecting) {
  OneRound round;
  EXPECT_FALSE(round.seen.LastTimes({7}));
  for (std::uint32_t slot = 0; slot < 10; ++slot) round.Bind(slot, 10s * slot);
  round.seen.Lost(kRound, {0}, kStart + 95s);
  round.Bind(10, 120s);  // replaces it; the slots were full before
  round.seen.RoundClosed(kRound, true, kStart + 150s);
  ASSERT_TRUE(round.seen.LastTimes({7}));
  EXPECT_EQ(round.seen.LastTimes({7})->scheduling, 90s);
  EXPECT_EQ(round.seen.LastTimes({7})->collecting, 60s);

  // A round that never filled: its last bind. One that failed says nothing.
  const RoundKey next{{7}, {2}};
  round.seen.RoundOpened(next, 10, 8, kStart + 800s, kStart + 200s);
  round.seen.Bound(next, {0}, 60s, kStart + 230s);
  round.seen.RoundClosed(next, true, kStart + 300s);
  EXPECT_EQ(round.seen.LastTimes({7})->scheduling, 30s);
  EXPECT_EQ(round.seen.LastTimes({7})->collecting, 70s);
  round.seen.RoundOpened({{7}, {3}}, 10, 8, kStart + 900s, kStart + 300s);
  round.seen.RoundClosed({{7}, {3}}, false, kStart + 900s);
  EXPECT_EQ(round.seen.LastTimes({7})->scheduling, 30s);
}

TEST(Experience, ProfilesResponseTimesByTaskTime) {
  OneRound round;
  EXPECT_EQ(round.seen.Tiers({7}), nullptr);
  round.Bind(0, 0s, 40s);
  EXPECT_EQ(round.seen.Tiers({7}), nullptr);
  round.seen.Reported(kRound, {0}, kStart + 44s);
  ASSERT_NE(round.seen.Tiers({7}), nullptr);
  EXPECT_EQ(round.seen.Tiers({7})->samples(), 1);
}

TEST(Experience, KnowsWhichShareOfAJobsDevicesStatesItsSpeed) {
  OneRound round;
  EXPECT_FALSE(round.seen.TimedShare({7}));
  round.Bind(0, 0s, 40s);
  EXPECT_EQ(round.seen.TimedShare({7}), 1);
  for (std::uint32_t slot = 1; slot < 200; ++slot) round.Bind(slot, 0s, std::nullopt);
  EXPECT_LT(*round.seen.TimedShare({7}), 0.1);
}

TEST(Experience, ClosesARoundThatALaterOneFollows) {
  OneRound round;
  round.Bind(0, 1s);
  round.seen.RoundOpened({{7}, {2}}, 10, 8, kStart + 900s, kStart + 300s);
  EXPECT_EQ(round.seen.Standing(kRound), nullptr);
  EXPECT_EQ(round.seen.Standing({{7}, {2}})->accepted, 0);
  EXPECT_EQ(round.seen.Standing({{7}, {2}})->expected, 0);
}

TEST(Experience, ForgetsAFinishedJobButLeavesItsStandingReadable) {
  OneRound round;
  round.Bind(0, 1s, 40s);
  round.Bind(1, 1s, 40s);
  round.seen.Reported(kRound, {0}, kStart + 41s);
  const RoundStanding* kept = round.seen.Standing(kRound);
  round.seen.JobFinished({7});
  EXPECT_EQ(kept->accepted, 2);
  EXPECT_EQ(round.seen.Standing(kRound), nullptr);
  EXPECT_EQ(round.seen.Tiers({7}), nullptr);
  EXPECT_EQ(round.seen.TimedShare({7}), std::nullopt);
  round.seen.Advance(kStart + 1'000s);  // what was due for it is gone

  round.seen.RoundOpened({{8}, {1}}, 3, 2, kStart + 600s, kStart + 50s);
  EXPECT_EQ(round.seen.Standing({{8}, {1}})->accepted, 0);
  EXPECT_EQ(round.seen.Standing({{8}, {1}})->tail, 90s);
}

TEST(SuccessShares, AreLearnedByTaskTimeAndDrawnToTheShareOfAll) {
  SuccessShares shares;
  EXPECT_DOUBLE_EQ(shares.Share(), SuccessShares::kFirstGuess);
  EXPECT_DOUBLE_EQ(shares.Share(100s), SuccessShares::kFirstGuess);
  for (int i = 0; i < 1'000; ++i) {
    shares.Record(20s, true);
    shares.Record(3'000s, i % 2 == 0);
  }
  EXPECT_NEAR(shares.Share(), 0.75, 0.01);
  EXPECT_GT(shares.Share(23s), 0.99);
  EXPECT_NEAR(shares.Share(9'000s), 0.5, 0.01);  // the last step is open
  EXPECT_NEAR(shares.Share(100s), 0.75, 0.01);   // never seen
  EXPECT_NEAR(shares.Share(Duration(-5)), 0.75, 0.01);
  EXPECT_EQ(shares.Share(std::nullopt), shares.Share());
}

TEST(SuccessShares, FollowAFleetThatChanges) {
  SuccessShares shares;
  for (int i = 0; i < 1'000'000; ++i) shares.Record(20s, true);
  for (int i = 0; i < 300'000; ++i) shares.Record(20s, false);
  EXPECT_LT(shares.Share(20s), 0.05);
}

TEST(Allowance, WaitsLongerWhereAnswersScatter) {
  Allowance steady;
  Allowance scattered;
  for (int i = 0; i < 1'000; ++i) {
    steady.Record(1s);
    scattered.Record(i % 2 == 0 ? 0s : 60s);
  }
  EXPECT_EQ(steady.Get(), 2s);  // the least
  EXPECT_GT(scattered.Get(), 80s);
  EXPECT_LT(scattered.Get(), 100s);
}

}  // namespace
}  // namespace propius
