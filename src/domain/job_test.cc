#include "domain/job.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace propius {
namespace {

JobSpec Good() {
  JobSpec spec;
  spec.name = "digits";
  spec.rounds = 50;
  spec.demand = 100;
  return spec;
}

std::string Refusal(const std::function<void(JobSpec&)>& spoil) {
  JobSpec spec = Good();
  spoil(spec);
  const Status status = Validate(spec);
  if (status) return "accepted";
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  return status.error().message;
}

TEST(Job, TakesASpecAtEveryBorder) {
  EXPECT_TRUE(Validate(Good()));
  for (const std::function<void(JobSpec&)>& border : std::vector<std::function<void(JobSpec&)>>{
           [](JobSpec& spec) { spec.name = "a"; },
           [](JobSpec& spec) { spec.name = std::string(128, '~'); },
           [](JobSpec& spec) { spec.rounds = 1'000'000; },
           [](JobSpec& spec) { spec.demand = 1; },
           [](JobSpec& spec) { spec.over_commit = 10; },
           [](JobSpec& spec) { spec.min_reports = 1e-9; },
           [](JobSpec& spec) { spec.deadline = 100ms; },
           [](JobSpec& spec) { spec.deadline = 24h * 30; },
           [](JobSpec& spec) { spec.max_update_bytes = std::uint64_t{4} << 30; },
           [](JobSpec& spec) { spec.max_weight = 1e12; },
           [](JobSpec& spec) { spec.share = 1e6; },
           [](JobSpec& spec) { spec.work = {.samples = 1e12, .kilobits = 1e12}; },
           [](JobSpec& spec) { spec.reducer = {"sum", {{"clip", -1.5}}}; },
       }) {
    EXPECT_EQ(Refusal(border), "accepted");
  }
}

TEST(Job, RefusesASpecBeyondABorderAndSaysWhich) {
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.name = ""; }), "name: expected 1 to 128 printable characters, got \"\"");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.name = "a\n"; }),
            "name: expected 1 to 128 printable characters, got \"a\\x0a\"");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.name = std::string(129, 'a'); }), "accepted");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.rounds = 0; }), "rounds: expected 1 to 1000000, got 0");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.rounds = 1'000'001; }), "rounds: expected 1 to 1000000, got 1000001");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.demand = 0; }), "demand: expected 1 to 1000000, got 0");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.over_commit = 0.5; }), "over_commit: expected 1 to 10, got 0.500000");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.min_reports = 0; }),
            "min_reports: expected more than 0 and at most 1, got 0.000000");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.deadline = 99ms; }), "deadline: expected 100ms to 30d, got 99ms");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.deadline = 24h * 30 + 1us; }),
            "deadline: expected 100ms to 30d, got 2592000000001us");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.max_update_bytes = 0; }), "accepted");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.max_update_bytes = (std::uint64_t{4} << 30) + 1; }), "accepted");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.max_weight = 0; }), "accepted");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.share = 0; }),
            "share: expected more than 0 and at most 1e6, got 0.000000");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.share = 1.1e6; }), "accepted");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.work.samples = -1; }), "work.samples: expected 0 to 1e12, got -1.000000");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.work.kilobits = 1.1e12; }), "accepted");
  EXPECT_EQ(Refusal([](JobSpec& spec) { spec.reducer.name = ""; }),
            "reducer: expected a name and at most 16 options, got \"\"");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.reducer.name = std::string(65, 'a'); }), "accepted");
  EXPECT_NE(Refusal([](JobSpec& spec) {
              for (int i = 0; i < 17; ++i) spec.reducer.options["o" + std::to_string(i)] = i;
            }),
            "accepted");
}

TEST(Job, AnAsynchronousJobHasOneRoundOfAsManyDevicesAsItSays) {
  const auto with_sync = [](JobSpec& spec) {
    spec.rounds = 1;
    spec.over_commit = 1;
    spec.sync = SyncSpec{.model = "adsp"};
  };
  EXPECT_EQ(Refusal(with_sync), "accepted");
  EXPECT_EQ(Refusal([&](JobSpec& spec) {
              with_sync(spec);
              spec.rounds = 2;
            }),
            "rounds: expected 1 of an asynchronous job, got 2");
  EXPECT_EQ(Refusal([&](JobSpec& spec) {
              with_sync(spec);
              spec.over_commit = 1.5;
            }),
            "over_commit: expected 1 of an asynchronous job, got 1.500000");
}

TEST(Job, RefusesNumbersThatAreNone) {
  const double nan = std::nan("");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.over_commit = nan; }), "accepted");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.min_reports = nan; }), "accepted");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.max_weight = nan; }), "accepted");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.share = nan; }), "accepted");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.work.samples = nan; }), "accepted");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.work.kilobits = nan; }), "accepted");
  EXPECT_NE(Refusal([nan](JobSpec& spec) { spec.reducer.options["clip"] = nan; }), "accepted");
}

TEST(Job, RefusesOptionNamesThatWouldNotFitIntoAToken) {
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.reducer.options[std::string(65, 'a')] = 1; }), "accepted");
  EXPECT_NE(Refusal([](JobSpec& spec) { spec.reducer.options[""] = 1; }), "accepted");
}

TEST(Job, RoundsSlotsUpButNotForTheErrorOfADouble) {
  EXPECT_EQ(SlotsFor(100, 1.1), 110U);
  EXPECT_EQ(SlotsFor(100, 1.3), 130U);
  EXPECT_EQ(SlotsFor(3, 1.1), 4U);
  EXPECT_EQ(SlotsFor(7, 1), 7U);
  EXPECT_EQ(SlotsFor(1'000'000, 10), 10'000'000U);
  for (std::uint32_t demand = 1; demand < 2'000; ++demand) {
    for (std::uint32_t tenths = 10; tenths <= 30; ++tenths) {
      ASSERT_EQ(SlotsFor(demand, tenths / 10.0), (demand * tenths + 9) / 10) << demand << " * " << tenths;
    }
  }
}

TEST(Job, NeedsAtLeastOneReport) {
  EXPECT_EQ(TargetFor(100, 0.8), 80U);
  EXPECT_EQ(TargetFor(3, 0.5), 2U);
  EXPECT_EQ(TargetFor(1, 1e-9), 1U);
  EXPECT_EQ(TargetFor(10, 1), 10U);
}

TEST(Job, NamesItsStates) {
  EXPECT_EQ(StateName(JobState::kIdle), "idle");
  EXPECT_EQ(StateName(JobState::kScheduling), "scheduling");
  EXPECT_EQ(StateName(JobState::kAllocated), "allocated");
  EXPECT_EQ(StateName(JobState::kFinished), "finished");
}

}  // namespace
}  // namespace propius
