#include "store/plan_cache.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

Blob Plan(std::size_t size) { return std::make_shared<const std::string>(size, 'p'); }
Time At(Duration since_start) { return Time(since_start); }

TEST(PlanCache, GivesBackTheVeryBytesThatWerePut) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  const Blob plan = Plan(4);
  cache.Put("a", plan, At(0s));
  EXPECT_EQ(cache.Get("a", At(1s)), plan);
  EXPECT_EQ(cache.Get("b", At(1s)), nullptr);
  EXPECT_EQ(cache.hits(), 1U);
  EXPECT_EQ(cache.misses(), 1U);
  EXPECT_EQ(cache.bytes(), 4U);
}

TEST(PlanCache, DropsTheLeastRecentlyUsedWhenBytesRunShort) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("a", Plan(4), At(0s));
  cache.Put("b", Plan(4), At(0s));
  ASSERT_NE(cache.Get("a", At(1s)), nullptr);
  cache.Put("c", Plan(4), At(1s));
  EXPECT_NE(cache.Get("a", At(1s)), nullptr);
  EXPECT_EQ(cache.Get("b", At(1s)), nullptr);
  EXPECT_NE(cache.Get("c", At(1s)), nullptr);
  EXPECT_EQ(cache.bytes(), 8U);
}

TEST(PlanCache, DropsAsManyAsANewPlanNeeds) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  for (const char* name : {"a", "b", "c"}) cache.Put(name, Plan(3), At(0s));
  cache.Put("d", Plan(7), At(0s));
  EXPECT_EQ(cache.Get("a", At(0s)), nullptr);
  EXPECT_EQ(cache.Get("b", At(0s)), nullptr);
  EXPECT_NE(cache.Get("c", At(0s)), nullptr);
  EXPECT_NE(cache.Get("d", At(0s)), nullptr);
  EXPECT_EQ(cache.bytes(), 10U);
}

TEST(PlanCache, EndsAnEntryAfterItsTtlHoweverOftenItIsRead) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("a", Plan(4), At(0s));
  EXPECT_NE(cache.Get("a", At(9s)), nullptr);
  EXPECT_NE(cache.Get("a", At(10s - 1us)), nullptr);
  EXPECT_EQ(cache.Get("a", At(10s)), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
  EXPECT_EQ(cache.misses(), 1U);
}

TEST(PlanCache, BeginsTheTtlAnewWhenAPlanIsPutAgain) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("a", Plan(4), At(0s));
  cache.Put("a", Plan(4), At(5s));
  EXPECT_EQ(cache.bytes(), 4U);
  EXPECT_NE(cache.Get("a", At(14s)), nullptr);
  EXPECT_EQ(cache.Get("a", At(15s)), nullptr);
}

TEST(PlanCache, DropsWhatHasEndedBeforeWhatIsStillGood) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("old", Plan(5), At(0s));
  cache.Put("new", Plan(5), At(5s));
  ASSERT_NE(cache.Get("old", At(9s)), nullptr);  // most recently used, and over in a second
  cache.Put("next", Plan(5), At(10s));
  EXPECT_NE(cache.Get("new", At(10s)), nullptr);
  EXPECT_NE(cache.Get("next", At(10s)), nullptr);
}

TEST(PlanCache, KeepsAPlanAsLargeAsTheCacheButNoneLarger) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("small", Plan(1), At(0s));
  cache.Put("large", Plan(11), At(0s));
  EXPECT_EQ(cache.Get("large", At(0s)), nullptr);
  EXPECT_NE(cache.Get("small", At(0s)), nullptr);
  cache.Put("full", Plan(10), At(0s));
  EXPECT_NE(cache.Get("full", At(0s)), nullptr);
  EXPECT_EQ(cache.bytes(), 10U);
}

TEST(PlanCache, ForgetsAPlanThatIsReplacedByOneTooLarge) {
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("a", Plan(1), At(0s));
  cache.Put("a", Plan(11), At(0s));
  EXPECT_EQ(cache.Get("a", At(0s)), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(PlanCache, KeepsNothingWithoutRoomOrWithoutAPlan) {
  PlanCache none({.max_bytes = 0, .ttl = 10s});
  none.Put("a", Plan(1), At(0s));
  EXPECT_EQ(none.Get("a", At(0s)), nullptr);
  PlanCache cache({.max_bytes = 10, .ttl = 10s});
  cache.Put("a", nullptr, At(0s));
  EXPECT_EQ(cache.Get("a", At(0s)), nullptr);
}

}  // namespace
}  // namespace propius
