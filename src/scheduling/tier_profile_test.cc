#include "scheduling/tier_profile.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

// Devices with task times 1 s, 2 s, … that answer after twice the time.
TierProfile Proportional(int devices) {
  TierProfile profile;
  for (int i = 1; i <= devices; ++i) profile.Record(i * 1s, i * 2s);
  return profile;
}

TEST(TierProfile, SplitsIntoTiersOfAboutEqualSizeFastestFirst) {
  const auto tiers = Proportional(200).Split(2);
  ASSERT_TRUE(tiers);
  ASSERT_EQ(tiers->size(), 2U);
  EXPECT_EQ((*tiers)[0].fastest, 0s);
  EXPECT_EQ((*tiers)[0].slowest, 101s);
  EXPECT_EQ((*tiers)[1].fastest, 101s);
  EXPECT_EQ((*tiers)[1].slowest, Duration::max());
  EXPECT_EQ((*tiers)[0].samples, 100U);
  EXPECT_EQ((*tiers)[1].samples, 100U);
}

TEST(TierProfile, MeasuresATierByItsSlowestTwentieth) {
  const auto tiers = Proportional(200).Split(2);
  ASSERT_TRUE(tiers);
  EXPECT_NEAR((*tiers)[0].speedup, 95.0 / 190, 1e-12);
  EXPECT_NEAR((*tiers)[1].speedup, 195.0 / 190, 1e-12);
}

TEST(TierProfile, KnowsNothingBeforeEachTierHasItsSamples) {
  EXPECT_FALSE(TierProfile().Split(1));
  EXPECT_FALSE(Proportional(99).Split(2));
  EXPECT_TRUE(Proportional(100).Split(2));
  EXPECT_FALSE(Proportional(100).Split(3));
  EXPECT_TRUE(Proportional(12).Split(3, 4));
  EXPECT_FALSE(Proportional(2).Split(3, 0));
  EXPECT_FALSE(Proportional(100).Split(0));
}

TEST(TierProfile, OneTierIsTheWholeFleet) {
  const auto tiers = Proportional(50).Split(1);
  ASSERT_TRUE(tiers);
  EXPECT_EQ((*tiers)[0].fastest, 0s);
  EXPECT_EQ((*tiers)[0].slowest, Duration::max());
  EXPECT_EQ((*tiers)[0].speedup, 1);
}

TEST(TierProfile, NeverDividesDevicesOfOneTaskTime) {
  TierProfile profile;
  for (int i = 0; i < 120; ++i) profile.Record(i < 50 ? 10s : 20s, 30s);
  const auto tiers = profile.Split(2, 40);
  ASSERT_TRUE(tiers);
  EXPECT_EQ((*tiers)[0].samples, 50U);
  EXPECT_EQ((*tiers)[0].slowest, 20s);
  EXPECT_FALSE(profile.Split(2, 60));

  TierProfile alike;
  for (int i = 0; i < 500; ++i) alike.Record(10s, 30s);
  EXPECT_FALSE(alike.Split(2, 0));
}

TEST(TierProfile, ForgetsTheOldestSamples) {
  TierProfile profile = Proportional(1000);
  EXPECT_EQ(profile.samples(), TierProfile::kMostSamples);
  for (std::size_t i = 0; i < TierProfile::kMostSamples; ++i) profile.Record(1ms * i, 1s);
  const auto tiers = profile.Split(2);
  ASSERT_TRUE(tiers);
  EXPECT_EQ((*tiers)[0].slowest, 256ms);
  EXPECT_EQ((*tiers)[0].speedup, 1);
}

TEST(TierProfile, CallsTiersAlikeThatAllAnswerAtOnce) {
  TierProfile profile;
  for (int i = 0; i < 100; ++i) profile.Record(1s * i, 0s);
  const auto tiers = profile.Split(2);
  ASSERT_TRUE(tiers);
  EXPECT_EQ((*tiers)[0].speedup, 1);
}

}  // namespace
}  // namespace propius
