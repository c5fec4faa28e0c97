#include "sync/parameter_server.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "base/event.h"
#include "base/rng.h"
#include "sync/models/asp.h"
#include "sync/models/bsp.h"
#include "sync/models/dynsgd.h"
#include "sync/models/fedasync.h"
#include "sync/models/ssp.h"

namespace propius {
namespace {

using Values = std::vector<float>;

Values Draw(std::size_t size, Rng& chance) {
  Values values(size);
  std::ranges::generate(values, [&] { return static_cast<float>(chance.Normal()); });
  return values;
}

CommitReport Number(std::uint64_t number) {
  return {.number = number, .steps = 3, .step_time = 500ms, .commit_time = 1s, .loss = 0.5};
}

std::vector<WorkerId> Released(ParameterServer& server) {
  std::vector<WorkerId> ids;
  for (const Release& release : server.TakeReleases()) ids.push_back(release.worker);
  return ids;
}

Values Of(const ParameterServer& server) { return {server.parameters().begin(), server.parameters().end()}; }

TEST(ParameterServer, AveragesModelsBitForBitWhoeverComesFirst) {
  Rng chance(3);
  constexpr std::size_t kSize = 1000;
  const Values start = Draw(kSize, chance);
  std::vector<Values> updates;
  for (int i = 0; i < 5; ++i) updates.push_back(Draw(kSize, chance));
  Values expected = start;
  for (std::size_t i = 0; i < kSize; ++i) {
    double sum = 0;
    for (const Values& update : updates) sum += static_cast<double>(update[i]);
    expected[i] += static_cast<float>(sum / 5);
  }
  std::vector<WorkerId> order{0, 1, 2, 3, 4};
  for (int attempt = 0; attempt < 20; ++attempt) {
    ParameterServer server(MakeBsp(), start, {}, Time{});
    for (WorkerId id = 0; id < 5; ++id) server.Join(id, Time{});
    EXPECT_EQ(Released(server).size(), 5U);
    for (const WorkerId id : order) {
      EXPECT_EQ(Of(server), start) << "nothing is applied before all are there";
      ASSERT_EQ(server.Commit(id, Number(1), updates[id], Time{}), Receipt::kTaken);
    }
    EXPECT_EQ(Of(server), expected);
    EXPECT_EQ(Released(server), (std::vector<WorkerId>{0, 1, 2, 3, 4}));
    EXPECT_EQ(server.version(), 1U);
    chance.Shuffle(order);
  }
}

TEST(ParameterServer, AddsAnAsynchronousUpdateAtOnce) {
  ParameterServer server(MakeAsp({.workers = 4}), Values{1, 2}, {}, Time{});
  server.Join(7, Time{});
  EXPECT_EQ(Released(server), std::vector<WorkerId>{7});
  ASSERT_TRUE(server.Commit(7, Number(1), Values{4, -4}, Time{}));
  EXPECT_EQ(Of(server), (Values{2, 1}));
  EXPECT_EQ(Released(server), std::vector<WorkerId>{7});
  const WorkerClock& worker = server.workers().at(7);
  EXPECT_EQ(worker.steps, 3U);
  EXPECT_EQ(worker.step_time, 500ms);
  EXPECT_EQ(worker.pulled_version, 1U);
}

TEST(ParameterServer, KeepsMomentumIfAsked) {
  ParameterServer server(MakeAsp({.workers = 1}), Values{0}, {.momentum = 0.5}, Time{});
  server.Join(1, Time{});
  server.TakeReleases();
  ASSERT_TRUE(server.Commit(1, Number(1), Values{1}, Time{}));
  EXPECT_EQ(Of(server), Values{1});
  ASSERT_TRUE(server.Commit(1, Number(2), Values{0}, Time{}));
  EXPECT_EQ(Of(server), Values{1.5});
}

TEST(ParameterServer, MixesInTheParametersOfAWorker) {
  ParameterServer server(MakeFedasync({.alpha = 0.25, .exponent = 0}), Values{4}, {}, Time{});
  server.Join(1, Time{});
  ASSERT_TRUE(server.Commit(1, Number(1), Values{8}, Time{}));
  EXPECT_EQ(Of(server), Values{5});
}

TEST(ParameterServer, AppliesARepeatedCommitOnceAndSaysWhichNumberAGapMisses) {
  ParameterServer server(MakeAsp({.workers = 1}), Values{0}, {}, Time{});
  server.Join(1, Time{});
  EXPECT_EQ(server.Commit(1, Number(1), Values{1}, Time{}), Receipt::kTaken);
  EXPECT_EQ(server.Commit(1, Number(1), Values{1}, Time{}), Receipt::kRepeated);
  EXPECT_EQ(Of(server), Values{1});
  const auto gap = server.Commit(1, Number(3), Values{1}, Time{});
  EXPECT_EQ(gap.error().code, Code::kOutOfRange);
  EXPECT_EQ(gap.error().message, "commit of worker 1: expected number 2, got 3");
  EXPECT_EQ(server.Commit(1, Number(0), Values{1}, Time{}).error().code, Code::kOutOfRange);
}

TEST(ParameterServer, RefusesWhatWouldHarmIt) {
  ParameterServer server(MakeBsp(), Values{0, 0}, {}, Time{});
  server.Join(1, Time{});
  server.Join(2, Time{});
  EXPECT_EQ(server.Commit(3, Number(1), Values{1, 1}, Time{}).error().code, Code::kNotFound);
  EXPECT_EQ(server.Commit(1, Number(1), Values{1}, Time{}).error().code, Code::kInvalidArgument);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(server.Commit(1, Number(1), Values{1, bad}, Time{}).error().code, Code::kInvalidArgument);
  }
  ASSERT_TRUE(server.Commit(1, Number(1), Values{1, 1}, Time{}));
  EXPECT_EQ(server.Commit(1, Number(2), Values{1, 1}, Time{}).error().code, Code::kFailedPrecondition);
  server.Leave(1, Time{});
  EXPECT_EQ(server.Commit(1, Number(2), Values{1, 1}, Time{}).error().code, Code::kNotFound);
  EXPECT_EQ(Of(server), (Values{0, 0}));
}

TEST(ParameterServer, ABarrierGoesOnWithoutAWorkerThatLeaves) {
  ParameterServer server(MakeBsp(), Values{0}, {}, Time{});
  for (WorkerId id = 1; id <= 3; ++id) server.Join(id, Time{});
  server.TakeReleases();
  ASSERT_TRUE(server.Commit(1, Number(1), Values{2}, Time{}));
  ASSERT_TRUE(server.Commit(2, Number(1), Values{4}, Time{}));
  EXPECT_TRUE(Released(server).empty());
  server.Leave(3, Time{});
  server.Leave(99, Time{});
  EXPECT_EQ(Of(server), Values{3});
  EXPECT_EQ(Released(server), (std::vector<WorkerId>{1, 2}));
}

TEST(ParameterServer, KeepsWhatALeavingWorkerHasSent) {
  ParameterServer server(MakeBsp(), Values{0}, {}, Time{});
  server.Join(1, Time{});
  server.Join(2, Time{});
  ASSERT_TRUE(server.Commit(1, Number(1), Values{2}, Time{}));
  server.Leave(1, Time{});
  ASSERT_TRUE(server.Commit(2, Number(1), Values{4}, Time{}));
  EXPECT_EQ(Of(server), Values{3});
}

TEST(ParameterServer, OneThatComesLateHasNothingToCatchUp) {
  ParameterServer server(MakeSsp({.workers = 2}, {.bound = 2}), Values{0}, {}, Time{});
  server.Join(1, Time{});
  for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_TRUE(server.Commit(1, Number(i), Values{0}, Time{}));
  server.TakeReleases();
  server.Join(2, Time{});
  EXPECT_EQ(server.workers().at(2).clock, 5U);
  EXPECT_EQ(server.workers().at(2).commits, 0U);
  EXPECT_EQ(Released(server), std::vector<WorkerId>{2});
}

TEST(ParameterServer, KnowsHowStaleTheUpdateOfOneThatWasAwayIs) {
  ParameterServer server(MakeDynsgd({}), {0}, {}, Time{});
  for (WorkerId id = 0; id < 2; ++id) server.Join(id, Time{});
  server.Leave(1, Time{});
  for (std::uint64_t number = 1; number <= 3; ++number) server.Commit(0, Number(number), Values{0}, Time{});
  server.Join(1, Time{});  // with what it has trained on version 0 in hand
  CommitReport late = Number(1);
  late.version = 0;
  ASSERT_TRUE(server.Commit(1, late, Values{8}, Time{}));
  EXPECT_EQ(Of(server), Values{2}) << "three versions late: a quarter";
}

TEST(ParameterServer, TellsAWorkerThatComesBackItsWorkAgain) {
  ParameterServer server(MakeBsp(), Values{0}, {}, Time{});
  server.Join(1, Time{});
  server.Join(2, Time{});
  server.TakeReleases();
  server.Join(1, Time{});
  EXPECT_EQ(Released(server), std::vector<WorkerId>{1});
  ASSERT_TRUE(server.Commit(1, Number(1), Values{1}, Time{}));
  server.Join(1, Time{});
  EXPECT_TRUE(Released(server).empty()) << "its turn has not come";
}

TEST(ParameterServer, WarnsOfAGainThatIsLikelyToDiverge) {
  std::vector<std::string> events;
  const EventSink sink = SetEventSink([&](Severity severity, std::string_view name, const std::vector<EventField>&) {
    EXPECT_EQ(severity, Severity::kWarning);
    events.emplace_back(name);
  });
  const ParameterServer safe(MakeAsp({.workers = 10, .eta = 0.15}), Values{0}, {}, Time{});
  EXPECT_TRUE(safe.warnings().empty());
  const ParameterServer fast(MakeAsp({.workers = 10, .eta = 0.16}), Values{0}, {}, Time{});
  EXPECT_EQ(fast.warnings().size(), 1U);
  const ParameterServer heavy(MakeAsp({.workers = 10}), Values{0}, {.momentum = 0.6}, Time{});
  EXPECT_EQ(heavy.warnings().size(), 1U);
  const ParameterServer mean(MakeBsp(), Values{0}, {}, Time{});
  EXPECT_TRUE(mean.warnings().empty());
  SetEventSink(sink);
  EXPECT_EQ(events, (std::vector<std::string>{"server_gain_high", "server_gain_high"}));
}

TEST(ParameterServer, TakesTheWorkersLossesWhereItHasNoneOfItsOwn) {
  ParameterServer server(MakeAsp({.workers = 2}), Values{0}, {}, Time{});
  EXPECT_EQ(server.Loss(), 0);
  server.Join(1, Time{});
  server.Join(2, Time{});
  ASSERT_TRUE(server.Commit(1, {.number = 1, .loss = 3}, Values{0}, Time{}));
  ASSERT_TRUE(server.Commit(2, {.number = 1, .loss = 1}, Values{0}, Time{}));
  EXPECT_EQ(server.Loss(), 2);
  const ParameterServer judged(MakeBsp(), Values{7}, {.loss = [](std::span<const float> w) { return w[0]; }}, Time{});
  EXPECT_EQ(judged.Loss(), 7);
}

// Lets everybody wait until time has come.
class Sleepy final : public SyncModel {
 public:
  std::string_view name() const override { return "sleepy"; }
  Work NextWork(const Standing& seen, const WorkerClock& /*worker*/) override {
    if (seen.now < Time(10s)) return {.until = Wait{}};
    return {.until = TrainSteps{2}};
  }
  bool MayProceed(const Standing& /*seen*/, const WorkerClock& /*worker*/) const override { return true; }
  Application Apply(const Standing& /*seen*/, const WorkerClock& /*worker*/, const CommitReport& /*report*/) override {
    return {};
  }
  Duration Period() const override { return 4s; }
  void Tick(const Standing& /*seen*/) override { ++ticks_; }
  double ServerGain() const override { return 1; }
  std::optional<double> Knob() const override { return ticks_; }

 private:
  int ticks_ = 0;
};

TEST(ParameterServer, LetsAWorkerWaitUntilAModelHasWorkForIt) {
  ParameterServer server(std::make_unique<Sleepy>(), Values{0}, {}, Time{});
  server.Join(1, Time{});
  EXPECT_TRUE(Released(server).empty());
  EXPECT_EQ(server.NextTick(), Time(4s));
  server.Tick(Time(3s));
  EXPECT_EQ(*server.model().Knob(), 0) << "not due yet";
  server.Tick(Time(4s));
  EXPECT_TRUE(Released(server).empty());
  server.Tick(Time(13s));
  EXPECT_EQ(*server.model().Knob(), 2) << "missed ticks are not made up for";
  EXPECT_EQ(server.NextTick(), Time(16s));
  const std::vector<Release> releases = server.TakeReleases();
  ASSERT_EQ(releases.size(), 1U);
  EXPECT_EQ(releases[0].work.until, Directive(TrainSteps{2}));
}

}  // namespace
}  // namespace propius
