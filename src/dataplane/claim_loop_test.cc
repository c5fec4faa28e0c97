#include "dataplane/claim_loop.h"

#include <gtest/gtest.h>

#include "dataplane/testing/scripted_uplink.h"
#include "dataplane/testing/world.h"

namespace propius {
namespace {

class ClaimLoopTest : public testing::Test {
 protected:
  void Ask() { loop->Ask({"leaf", 1, {{1}, {1}}, {0}}); }
  static ClaimGrant Grant(std::uint64_t generation) { return {generation, {}, {}}; }

  World world;
  ScriptedUplink uplink;
  std::vector<std::uint64_t> granted;
  int over = 0;
  int refusals = 0;
  bool wanted = true;
  std::shared_ptr<ClaimLoop> loop = std::make_shared<ClaimLoop>(
      world, uplink, Backoff(100ms, 400ms), Duration(10s),
      ClaimLoop::Listener{[this](const ClaimGrant& grant) { granted.push_back(grant.generation); }, [this] { ++over; },
                          [this](const Error&) {
                            ++refusals;
                            return wanted;
                          }});
};

TEST_F(ClaimLoopTest, AsksOnceUntilItIsGranted) {
  Ask();
  Ask();
  ASSERT_EQ(uplink.claims.size(), 1U);
  uplink.claims[0](Grant(3));
  EXPECT_EQ(granted, std::vector<std::uint64_t>{3});
  world.RunFor(1min);
  EXPECT_EQ(uplink.claims.size(), 1U);
  Ask();
  EXPECT_EQ(uplink.claims.size(), 2U);
}

TEST_F(ClaimLoopTest, AsksAgainWhileItIsWanted) {
  Ask();
  uplink.claims[0](Fail(Code::kUnavailable, "another owner"));
  world.RunFor(1s);
  uplink.claims[1](Fail(Code::kNotFound, "unknown round"));
  world.RunFor(1s);
  ASSERT_EQ(uplink.claims.size(), 3U);
  wanted = false;
  uplink.claims[2](Fail(Code::kNotFound, "unknown round"));
  world.RunFor(1min);
  EXPECT_EQ(uplink.claims.size(), 3U);
  EXPECT_EQ(refusals, 3);
}

TEST_F(ClaimLoopTest, AGrantThatCameTooLateIsFencedAndIgnored) {
  Ask();
  world.RunFor(11s);
  ASSERT_EQ(uplink.claims.size(), 2U);
  uplink.claims[0](Grant(1));
  EXPECT_TRUE(granted.empty());
  uplink.claims[1](Grant(2));
  EXPECT_EQ(granted, std::vector<std::uint64_t>{2});
}

TEST_F(ClaimLoopTest, EndsWithTheRound) {
  Ask();
  uplink.claims[0](Fail(Code::kFailedPrecondition, "the round is over"));
  EXPECT_EQ(over, 1);
  world.RunFor(1min);
  EXPECT_EQ(uplink.claims.size(), 1U);
}

}  // namespace
}  // namespace propius
