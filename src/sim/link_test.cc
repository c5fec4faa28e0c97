#include "sim/link.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace propius {
namespace {

struct Echo {
  int served = 0;
  bool silent = false;
  Duration delay{};
};

class Network : public testing::Test {
 protected:
  Network() : faults_(FaultPlan{}), link_(world_, faults_), caller_(world_), server_(world_, "echo", MakeEcho) {}

  static Result<std::unique_ptr<Echo>> MakeEcho(Life&) { return std::make_unique<Echo>(); }

  void Ask(Duration timeout = 5s) {
    Call<int>(
        link_, caller_, server_, timeout,
        [this](Echo& echo, const Done<int>& done) {
          ++echo.served;
          if (echo.silent) return;
          server_.life().After(echo.delay, [done, &echo] { done(echo.served); });
        },
        [this](Result<int> answer) {
          ++answers_;
          answer_ = std::move(answer);
        });
  }

  VirtualRuntime world_{1};
  Faults faults_;
  Link link_;
  Life caller_;
  ProcessOf<Echo> server_;
  int answers_ = 0;
  std::optional<Result<int>> answer_;
};

TEST_F(Network, BringsTheAnswerBackOnce) {
  ASSERT_TRUE(server_.Start());
  Ask();
  world_.RunFor(1min);
  EXPECT_EQ(answers_, 1);
  EXPECT_EQ(answer_->value(), 1);
}

TEST_F(Network, AnswersForAServerThatIsDown) {
  Ask();
  world_.RunFor(1s);
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(answer_->error().code, Code::kUnavailable);
}

TEST_F(Network, GivesUpOnASilentServerAfterTheTimeout) {
  ASSERT_TRUE(server_.Start());
  server_.server()->silent = true;
  Ask(5s);
  world_.RunFor(5s - 1us);
  EXPECT_EQ(answers_, 0);
  world_.RunFor(1us);
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(answer_->error().code, Code::kDeadlineExceeded);
}

TEST_F(Network, IgnoresAnAnswerAfterTheTimeout) {
  ASSERT_TRUE(server_.Start());
  server_.server()->delay = 10s;
  Ask(5s);
  world_.RunFor(1min);
  EXPECT_EQ(answers_, 1);
  EXPECT_EQ(answer_->error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(server_.server()->served, 1);
}

TEST_F(Network, NeverAnswersACallerThatDied) {
  ASSERT_TRUE(server_.Start());
  Ask();
  caller_.Kill();
  world_.RunFor(1min);
  EXPECT_EQ(answers_, 0);
  EXPECT_EQ(server_.server()->served, 1);
}

TEST_F(Network, LosesTheAnswerOfAServerThatDiesBeforeItSpeaks) {
  ASSERT_TRUE(server_.Start());
  server_.server()->delay = 1s;
  Ask(5s);
  world_.RunFor(500ms);
  server_.Kill();
  ASSERT_TRUE(server_.Start());
  world_.RunFor(1min);
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(answer_->error().code, Code::kDeadlineExceeded);
}

TEST_F(Network, LosesEverythingWhileCut) {
  ASSERT_TRUE(server_.Start());
  link_.CutFor(10s);
  Ask(5s);
  world_.RunFor(11s);
  EXPECT_EQ(answer_->error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(server_.server()->served, 0);
  Ask(5s);
  world_.RunFor(5s);
  EXPECT_EQ(answer_->value(), 1);
}

TEST_F(Network, LosesWhatATestAimsAt) {
  ASSERT_TRUE(server_.Start());
  link_.LoseIf([](Way way) { return way == Way::kBack; });
  Ask(5s);
  world_.RunFor(1min);
  EXPECT_EQ(answer_->error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(server_.server()->served, 1);
}

TEST(Link, LosesDuplicatesAndReordersAsPlanned) {
  VirtualRuntime world(3);
  Faults faults(FaultPlan{.lose = 0.2, .duplicate = 0.2, .linger = 0.2});
  Link link(world, faults);
  std::vector<int> arrived;
  for (int i = 0; i < 1'000; ++i) {
    link.Carry(Way::kThere, [&arrived, i] { arrived.push_back(i); });
  }
  world.RunFor(1min);
  EXPECT_EQ(arrived.size(), 1'000 - faults.counts().at("lost_message") + faults.counts().at("duplicate_message"));
  EXPECT_NEAR(static_cast<double>(faults.counts().at("lost_message")), 200, 60);
  EXPECT_NEAR(static_cast<double>(faults.counts().at("duplicate_message")), 160, 60);
  EXPECT_FALSE(std::ranges::is_sorted(arrived));
}

TEST(Link, CarriesEveryMessageOnceInTheCalm) {
  VirtualRuntime world(3);
  Faults faults(FaultPlan{.lose = 1});
  Link link(world, faults);
  link.CutFor(1h);
  faults.Calm();
  int arrived = 0;
  for (int i = 0; i < 100; ++i) link.Carry(Way::kThere, [&] { ++arrived; });
  world.RunFor(1s);
  EXPECT_EQ(arrived, 100);
}

TEST(ServerProcess, KnowsForHowLongItCouldWork) {
  VirtualRuntime world(1);
  ProcessOf<int> process(world, "p", [](Life&) { return std::make_unique<int>(7); });
  ASSERT_TRUE(process.Start());
  world.RunUntil(Time(10s));
  process.Kill();
  EXPECT_EQ(process.server(), nullptr);
  world.RunUntil(Time(14s));
  EXPECT_EQ(process.UpSince(Time(8s)), 2s);
  ASSERT_TRUE(process.Start());
  EXPECT_EQ(*process.server(), 7);
  world.RunUntil(Time(15s));
  process.PauseFor(10s);
  process.Kill();
  ASSERT_TRUE(process.Start());
  world.RunUntil(Time(20s));
  EXPECT_EQ(process.UpSince(Time(0s)), 16s);
  EXPECT_EQ(process.UpSince(Time(30s)), 0s);
  EXPECT_EQ(process.starts(), 3U);
}

TEST(ServerProcess, IsDeadIfItsPartsDoNotBuild) {
  VirtualRuntime world(1);
  ProcessOf<int> process(world, "p",
                         [](Life&) -> Result<std::unique_ptr<int>> { return Fail(Code::kDataLoss, "torn"); });
  const Status started = process.Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message, "torn");
  EXPECT_FALSE(process.alive());
}

TEST(Faults, CountWhatStrikesAndStopInTheCalm) {
  Faults faults(FaultPlan{.lose = 1});
  Rng chance(1);
  EXPECT_TRUE(faults.Strikes(faults.plan().lose, "lost_message", chance));
  EXPECT_FALSE(faults.Strikes(faults.plan().duplicate, "duplicate_message", chance));
  faults.Calm();
  EXPECT_FALSE(faults.Strikes(faults.plan().lose, "lost_message", chance));
  EXPECT_EQ(faults.total(), 1U);
}

}  // namespace
}  // namespace propius
