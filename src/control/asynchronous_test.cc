// Jobs without rounds beside jobs with them: one long round whose places are filled again and again.
#include <gtest/gtest.h>

#include "control/testing.h"

namespace propius {
namespace {

JobSpec Asynchronous(std::uint32_t demand, std::uint32_t commits = 500) {
  JobSpec spec = SpecOf(demand, 1);
  spec.sync = SyncSpec{.model = "adsp:rate=4", .commits = commits};
  return spec;
}

struct AsynchronousJobs : testing::Test {
  AsynchronousJobs() {
    site.clients.root = "http://root";
    site.Start();
  }
  void Give(std::uint64_t device, const Bound& bound, TaskOutcome outcome) {
    EXPECT_TRUE(site.CheckIn(device, {}, {{bound.ticket, outcome}}));
  }
  Desks site;
};

TEST_F(AsynchronousJobs, SendTheirDevicesToTheRoot) {
  const RoundKey round = site.OpenRound(Asynchronous(2));
  const auto bound = site.Take(1, round);
  ASSERT_TRUE(bound);
  EXPECT_TRUE(bound->asynchronous);
  EXPECT_EQ(bound->leaf, "http://root");
  EXPECT_EQ(site.sealer.OpenTicket(bound->ticket)->leaf, "http://root");
  const auto greeting = site.CheckIn(2);
  ASSERT_EQ(greeting->offers.size(), 1U);
  EXPECT_TRUE(greeting->offers[0].asynchronous);
  EXPECT_EQ(site.RoundOf(round).terms.target, 500U);
  EXPECT_EQ(site.RoundOf(round).terms.sync->model, "adsp:rate=4");
}

TEST_F(AsynchronousJobs, ReplaceWhoeverLeavesHoweverItLeaves) {
  const RoundKey round = site.OpenRound(Asynchronous(1));
  std::uint64_t device = 1;
  for (const TaskOutcome outcome : {TaskOutcome::kCommitted, TaskOutcome::kFailed, TaskOutcome::kLate}) {
    const auto bound = site.Take(device, round);
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->slot.value, device - 1);
    EXPECT_FALSE(site.RoundOf(round).open());
    Give(device, *bound, outcome);
    EXPECT_TRUE(site.RoundOf(round).open());
    ++device;
  }
  ASSERT_TRUE(site.Take(device, round));
  site.runtime.RunFor(site.clients.lease + 1s);
  EXPECT_TRUE(site.RoundOf(round).open()) << "the lease ran out";
}

TEST_F(AsynchronousJobs, TakeADeviceAgainThatHasLeft) {
  const RoundKey round = site.OpenRound(Asynchronous(1));
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    const auto bound = site.Take(1, round, "attempt-" + std::to_string(slot));
    ASSERT_TRUE(bound) << bound.error().message;
    EXPECT_EQ(bound->slot.value, slot);
    Give(1, *bound, TaskOutcome::kCommitted);
  }
  site.Restart();
  EXPECT_EQ(site.Take(1, round, "attempt-3")->slot.value, 3U);
}

TEST_F(AsynchronousJobs, BalanceTheirCensusAtTheEnd) {
  const RoundKey round = site.OpenRound(Asynchronous(2));
  const auto first = site.Take(1, round);
  const auto second = site.Take(2, round);
  Give(1, *first, TaskOutcome::kCommitted);
  Give(2, *second, TaskOutcome::kFailed);
  ASSERT_TRUE(site.Take(3, round));
  const auto census = site.Close(round, RoundOutcome::kCompleted, 500);
  ASSERT_TRUE(census);
  EXPECT_EQ(census->bound, 3U);
  EXPECT_EQ(census->granted, census->bound + census->returned);
  EXPECT_EQ(census->failed.Count(), 1U);
}

TEST_F(AsynchronousJobs, AreRefusedIfTheDataPlaneCannotTrainThem) {
  site.Crash();
  site.jobs.check_sync = [](const SyncSpec& sync, std::uint32_t) -> Status {
    return Fail(Code::kInvalidArgument, "sync.model: expected adsp, got " + sync.model);
  };
  site.Start();
  EXPECT_EQ(site.Register(Asynchronous(1)).error().message, "sync.model: expected adsp, got adsp:rate=4");
  EXPECT_TRUE(site.Register(SpecOf(1)));
  JobSpec rounds = Asynchronous(1);
  rounds.rounds = 2;
  EXPECT_EQ(site.Register(rounds).error().message, "rounds: expected 1 of an asynchronous job, got 2");
}

}  // namespace
}  // namespace propius
