#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/job_book_fixture.h"

namespace propius {
namespace {

using ::testing::HasSubstr;

TEST_F(JobBookTest, TakesTheStoresRecordsInAnyOrder) {
  const RoundKey first = OpenRound(AddJob());
  Bind(first, 1);
  Bind(first, 2);
  book->CloseRound(first, RoundOutcome::kPartial, 1, "deadline");
  const RoundKey second = OpenRound(first.job);
  Bind(second, 3);
  Bind(second, 4);
  OpenRound(AddJob());
  runtime.RunFor(1s);
  std::ranges::reverse(disk.jobs.jobs);
  std::ranges::reverse(disk.jobs.rounds);
  std::ranges::reverse(disk.jobs.bindings);
  Open();
  EXPECT_EQ(book->FindBinding(second, {1})->device.value, 4U);
  EXPECT_EQ(book->FindBinding(first, {0})->device.value, 1U);
}

struct TornDisk {
  const char* name;
  void (*tear)(JobChanges&);
  const char* complaint;
};

class JobBookLoad : public JobBookTest, public ::testing::WithParamInterface<TornDisk> {};

TEST_P(JobBookLoad, RefusesRecordsThatDoNotFitTogether) {
  const RoundKey first = OpenRound(AddJob());
  Bind(first, 1);
  book->CloseRound(first, RoundOutcome::kPartial, 1, "deadline");
  const RoundKey second = OpenRound(first.job);
  Bind(second, 1);
  Bind(second, 2);
  runtime.RunFor(1s);
  GetParam().tear(disk.jobs);
  store = OpenMemoryJobStore(runtime, disk);
  const auto opened = JobBook::Open(runtime, *store);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kDataLoss);
  EXPECT_THAT(opened.error().message, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Torn, JobBookLoad,
    ::testing::Values(
        TornDisk{"JobGone", [](JobChanges& disk) { disk.jobs.clear(); }, "job 1 round 1: expected its job"},
        TornDisk{"RoundGone",
                 [](JobChanges& disk) {
                   std::erase_if(disk.rounds, [](const Round& round) { return round.terms.round.value == 1; });
                 },
                 "job 1 round 2: expected round 1"},
        TornDisk{"LatestRoundGone",
                 [](JobChanges& disk) {
                   std::erase_if(disk.rounds, [](const Round& round) { return round.terms.round.value == 2; });
                   std::erase_if(disk.bindings, [](const Binding& bind) { return bind.round.round.value == 2; });
                 },
                 "job 1: expected 2 rounds, found 1"},
        TornDisk{"AllRoundsGone",
                 [](JobChanges& disk) {
                   disk.rounds.clear();
                   disk.bindings.clear();
                 },
                 "job 1: expected 2 rounds, found 0"},
        TornDisk{"BindGone",
                 [](JobChanges& disk) {
                   std::erase_if(disk.bindings, [](const Binding& bind) { return bind.slot.value == 0; });
                 },
                 "job 1 round 2 slot 1: expected slot 0"},
        TornDisk{"LatestBindGone",
                 [](JobChanges& disk) {
                   std::erase_if(disk.bindings, [](const Binding& bind) { return bind.slot.value == 1; });
                 },
                 "job 1 round 2: expected 2 binds, found 1"},
        TornDisk{"BindOfNoRound", [](JobChanges& disk) { disk.bindings.at(0).round.round.value = 9; },
                 "job 1 round 9 slot 0: expected its round"},
        TornDisk{"DeviceTwice",
                 [](JobChanges& disk) {
                   for (Binding& bind : disk.bindings) bind.device = {1};
                 },
                 "expected a device that holds one task"},
        TornDisk{"LiveInAClosedRound",
                 [](JobChanges& disk) {
                   for (Binding& bind : disk.bindings) {
                     if (bind.round.round.value == 1) bind.state = BindState::kLive;
                   }
                 },
                 "found a live one"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace propius
