#include "dataplane/closure_courier.h"

#include <gtest/gtest.h>

#include "dataplane/testing/events.h"
#include "dataplane/testing/world.h"

namespace propius {
namespace {

class ScriptedLink final : public ControlLink {
 public:
  void RoundClosed(const RoundClosure&, Done<BindCensus> done) override { calls.push_back(std::move(done)); }
  std::vector<Done<BindCensus>> calls;
};

class ClosureCourierTest : public testing::Test {
 protected:
  void Tell() {
    courier->Tell({{{1}, {1}}, RoundOutcome::kPartial, 3, "deadline"}, [this](const std::optional<BindCensus>& census) {
      ++told;
      answer = census;
    });
  }

  World world;
  EventTrap events;
  ScriptedLink link;
  int told = 0;
  std::optional<BindCensus> answer;
  std::shared_ptr<ClosureCourier> courier =
      std::make_shared<ClosureCourier>(world, &link, Backoff(100ms, 400ms), Duration(2s));
};

TEST_F(ClosureCourierTest, BringsTheCensus) {
  Tell();
  ASSERT_EQ(link.calls.size(), 1U);
  link.calls[0](BindCensus{.granted = 5, .returned = 0, .bound = 5, .stranded = 0, .failed = {}, .expired = {}});
  EXPECT_EQ(answer->granted, 5U);
  world.RunFor(1min);
  EXPECT_EQ(link.calls.size(), 1U);
}

TEST_F(ClosureCourierTest, TriesAgainAfterAnErrorAndAfterSilence) {
  Tell();
  link.calls[0](Fail(Code::kUnavailable, "out"));
  world.RunFor(200ms);
  ASSERT_EQ(link.calls.size(), 2U);
  world.RunFor(3s);
  ASSERT_EQ(link.calls.size(), 3U) << "two seconds of silence";
  EXPECT_EQ(told, 0);
  link.calls[2](BindCensus{});
  link.calls[1](BindCensus{});
  link.calls[0](Fail(Code::kUnavailable, "out"));
  world.RunFor(1min);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(link.calls.size(), 3U);
}

TEST_F(ClosureCourierTest, TheAnswerToAnEarlierTryIsGood) {
  Tell();
  world.RunFor(3s);
  ASSERT_EQ(link.calls.size(), 2U);
  link.calls[0](BindCensus{});
  EXPECT_EQ(told, 1);
}

TEST_F(ClosureCourierTest, AnErrorAfterTheTimeoutStartsNoSecondChainOfTries) {
  Tell();
  world.RunFor(2s);
  link.calls[0](Fail(Code::kUnavailable, "out"));
  world.RunFor(1s);
  EXPECT_EQ(link.calls.size(), 2U);
}

TEST_F(ClosureCourierTest, GivesUpOnARoundThatControlDoesNotKnow) {
  Tell();
  link.calls[0](Fail(Code::kNotFound, "no such round"));
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(answer);
  EXPECT_EQ(events.Count("round_unknown_to_control"), 1);
}

TEST_F(ClosureCourierTest, NeedsNoControlPlane) {
  courier = std::make_shared<ClosureCourier>(world, nullptr, Backoff(100ms, 400ms), Duration(2s));
  Tell();
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace propius
