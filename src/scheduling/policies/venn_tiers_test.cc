#include "scheduling/policies/venn_tiers.h"

#include <set>

#include <gtest/gtest.h>

#include "scheduling/testing.h"

namespace propius {
namespace {

constexpr std::uint32_t kDevices = 200;

// Job 1 after a round of 200 devices, of which the fast half answers after 10 s, and the others after 200 s.
class Tiers : public testing::Test {
 protected:
  void Round(Duration scheduling, std::uint32_t timed = kDevices) {
    ++round_;
    const RoundKey key{{1}, {round_}};
    const Time asked = now_;
    experience_.RoundOpened(key, kDevices, kDevices, asked + 1h, asked);
    for (std::uint32_t i = 0; i < kDevices; ++i) {
      const Time at = asked + scheduling * (i + 1) / kDevices;
      const Duration task = i % 2 == 0 ? 8s + i * 1ms : 150s + i * 1ms;
      experience_.Bound(key, {i}, i < timed ? std::optional(task) : std::nullopt, at);
    }
    now_ = asked + scheduling;
    for (std::uint32_t half = 0; half < 2; ++half) {
      const Time at = now_ + (half == 0 ? 10s : 200s);
      for (std::uint32_t i = half; i < kDevices; i += 2) experience_.Reported(key, {i}, at);
    }
    now_ += 200s;
    experience_.RoundClosed(key, true, now_);
  }
  OpenRequest Request() const {
    return {.job = {1},
            .round = {round_ + 1},
            .requested_at = now_,
            .deadline = now_ + 1h,
            .demand = kDevices,
            .remaining = kDevices};
  }
  // The bands that the seeds draw, as the longest task time that they let in.
  std::set<Duration> Bands(const OpenRequest& request, std::uint32_t tiers) const {
    std::set<Duration> bands;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto terms = TierOf(request, experience_, tiers, seed);
      bands.insert(terms ? terms->slowest : Duration::max());
    }
    return bands;
  }

  Experience experience_;
  std::uint32_t round_ = 0;
  Time now_ = Time(1000s);
};

TEST_F(Tiers, NeverBindTheFirstRound) { EXPECT_FALSE(TierOf(Request(), experience_, 2, 1)); }

TEST_F(Tiers, BindARoundThatWaitsForAnswersMoreThanForDevices) {
  Round(10s);
  const auto bands = Bands(Request(), 2);
  // The fast tier, and nothing at all where the slow one was drawn.
  EXPECT_EQ(bands.size(), 2U);
  EXPECT_GT(*bands.begin(), 8s);
  EXPECT_LT(*bands.begin(), 151s);
}

TEST_F(Tiers, NeverBindARoundThatWaitsForDevices) {
  Round(500s);
  EXPECT_EQ(Bands(Request(), 2), std::set{Duration::max()});
}

TEST_F(Tiers, StayWhileTheRoundLastsAndAreDrawnAnewForTheNext) {
  Round(10s);
  OpenRequest request = Request();
  const auto drawn = [&] { return TierOf(request, experience_, 2, 5).has_value(); };
  const bool first = drawn();
  request.remaining = 3;
  EXPECT_EQ(drawn(), first);
  std::set<bool> of_rounds;
  for (std::uint32_t round = 1; round < 40; ++round) {
    request.round = {round};
    of_rounds.insert(drawn());
  }
  EXPECT_EQ(of_rounds.size(), 2U);
}

TEST_F(Tiers, KeepTheDeadline) {
  Round(10s);
  OpenRequest request = Request();
  request.deadline = request.requested_at + 45s;
  EXPECT_EQ(Bands(request, 2).size(), 2U);
  request.deadline = request.requested_at + 35s;  // 2 x 10 s for the devices and some 18 s for their answers
  EXPECT_EQ(Bands(request, 2), std::set{Duration::max()});
}

TEST_F(Tiers, WaitForFiftySamplesOfEach) {
  Round(10s, 99);
  EXPECT_EQ(Bands(Request(), 2), std::set{Duration::max()});
  Round(10s, 99);
  EXPECT_EQ(Bands(Request(), 2).size(), 2U);
}

TEST_F(Tiers, CountDevicesThatDoNotSayHowFastTheyAre) {
  // Two tiers of 60 s: 120 s and 10 s are less than 260 s; but not if half of the devices come in no tier.
  Round(60s);
  EXPECT_EQ(Bands(Request(), 2).size(), 2U);
  Round(60s, 20);
  Round(60s, 20);
  EXPECT_EQ(Bands(Request(), 2), std::set{Duration::max()});
}

TEST_F(Tiers, OfOneMeansNone) {
  Round(10s);
  EXPECT_FALSE(TierOf(Request(), experience_, 1, 1));
}

TEST_F(Tiers, BindARoundWhoseDevicesComeAtOnce) {
  Round(0s);
  EXPECT_EQ(Bands(Request(), 2).size(), 2U);
}

}  // namespace
}  // namespace propius
