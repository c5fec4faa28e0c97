#include "dataplane/segment_pusher.h"

#include <gtest/gtest.h>

#include "dataplane/testing/rounds.h"
#include "dataplane/testing/scripted_uplink.h"
#include "dataplane/testing/world.h"

namespace propius {
namespace {

class SegmentPusherTest : public testing::Test {
 protected:
  void Add(std::uint32_t slot) {
    Segment segment;
    segment.slots = SlotsOf({slot});
    pusher->Add(std::move(segment));
  }

  World world;
  ScriptedUplink uplink;
  std::vector<std::pair<std::uint64_t, Result<SegmentVerdict>>> settled;
  std::shared_ptr<SegmentPusher> pusher =
      std::make_shared<SegmentPusher>(world, uplink, Backoff(100ms, 400ms), Duration(10s),
                                      [this](const Segment& segment, const Result<SegmentVerdict>& answer) {
                                        settled.emplace_back(segment.number, answer);
                                      });
};

TEST_F(SegmentPusherTest, SendsOneAtATimeInOrder) {
  pusher->Begin(7);
  Add(0);
  Add(1);
  ASSERT_EQ(uplink.pushes.size(), 1U);
  EXPECT_EQ(uplink.pushes[0].segment.generation, 7U);
  EXPECT_EQ(uplink.pushes[0].segment.number, 1U);
  uplink.pushes[0].done(SegmentVerdict::kCommitted);
  ASSERT_EQ(uplink.pushes.size(), 2U);
  EXPECT_EQ(uplink.pushes[1].segment.number, 2U);
  EXPECT_EQ(pusher->size(), 1U);
  uplink.pushes[1].done(SegmentVerdict::kCommitted);
  EXPECT_EQ(settled.size(), 2U);
}

TEST_F(SegmentPusherTest, SendsTheSameAgainAfterSilenceOrAnError) {
  pusher->Begin(1);
  Add(0);
  world.RunFor(11s);
  ASSERT_EQ(uplink.pushes.size(), 2U);
  uplink.pushes[1].done(Fail(Code::kUnavailable, "down"));
  EXPECT_EQ(uplink.pushes.size(), 2U) << "not without a pause";
  world.RunFor(1s);
  ASSERT_EQ(uplink.pushes.size(), 3U);
  for (const auto& push : uplink.pushes) EXPECT_EQ(push.segment.slots, SlotsOf({0}));
  EXPECT_TRUE(settled.empty());
}

TEST_F(SegmentPusherTest, TakesTheAnswerToAnEarlierTry) {
  pusher->Begin(1);
  Add(0);
  Add(1);
  world.RunFor(11s);
  ASSERT_EQ(uplink.pushes.size(), 2U);
  uplink.pushes[0].done(SegmentVerdict::kCommitted);
  ASSERT_EQ(uplink.pushes.size(), 3U);
  EXPECT_EQ(uplink.pushes[2].segment.number, 2U);
  uplink.pushes[1].done(SegmentVerdict::kCommitted);
  EXPECT_EQ(settled.size(), 1U) << "that was the first segment again";
}

TEST_F(SegmentPusherTest, AnErrorOfAnEarlierTryDoesNotDisturbTheLatest) {
  pusher->Begin(1);
  Add(0);
  world.RunFor(11s);
  uplink.pushes[0].done(Fail(Code::kUnavailable, "down"));
  world.RunFor(5s);
  EXPECT_EQ(uplink.pushes.size(), 2U);
}

TEST_F(SegmentPusherTest, SettlesWhatTheParentWillNeverTake) {
  pusher->Begin(1);
  Add(0);
  Add(1);
  uplink.pushes[0].done(Fail(Code::kInvalidArgument, "bad"));
  uplink.pushes[1].done(Fail(Code::kNotFound, "unknown round"));
  ASSERT_EQ(settled.size(), 2U);
  EXPECT_EQ(settled[0].second.error().code, Code::kInvalidArgument);
  EXPECT_EQ(pusher->size(), 0U);
}

TEST_F(SegmentPusherTest, ANewGenerationStartsFromOneAndIgnoresOldAnswers) {
  pusher->Begin(1);
  Add(0);
  Add(1);
  EXPECT_EQ(pusher->Begin(2).size(), 2U);
  Add(2);
  ASSERT_EQ(uplink.pushes.size(), 2U);
  EXPECT_EQ(uplink.pushes[1].segment.generation, 2U);
  EXPECT_EQ(uplink.pushes[1].segment.number, 1U);
  uplink.pushes[0].done(SegmentVerdict::kCommitted);
  EXPECT_TRUE(settled.empty());
  world.RunFor(9s);
  EXPECT_EQ(uplink.pushes.size(), 2U);
}

}  // namespace
}  // namespace propius
