#include "rpc/hop.h"

#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

TEST(Hop, RunsNoMoreThanItHasRoomFor) {
  ManualRuntime runtime;
  const Hop hop(runtime, 2);
  int ran = 0;
  EXPECT_TRUE(hop.Post([&] { ++ran; }));
  EXPECT_TRUE(Hop(hop).Post([&] { ++ran; }));
  EXPECT_FALSE(hop.Post([&] { ++ran; }));
  EXPECT_EQ(ran, 0);
  runtime.RunFor(0us);
  EXPECT_EQ(ran, 2);
  EXPECT_TRUE(hop.Post([&] { ++ran; }));
  runtime.RunFor(0us);
  EXPECT_EQ(ran, 3);
}

TEST(Hop, HasRoomAgainBeforeATaskRuns) {
  ManualRuntime runtime;
  const Hop hop(runtime, 1);
  bool again = false;
  EXPECT_TRUE(hop.Post([&] { again = hop.Post([] {}); }));
  runtime.RunFor(0us);
  EXPECT_TRUE(again);
}

TEST(Hop, DropsATaskWithItsRuntime) {
  const auto held = std::make_shared<int>(0);
  {
    ManualRuntime runtime;
    EXPECT_TRUE(Hop(runtime, 1).Post([held] { ++*held; }));
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 0);
}

}  // namespace
}  // namespace propius
