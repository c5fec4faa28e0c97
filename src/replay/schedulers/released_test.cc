#include "replay/schedulers/released.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "replay/testing.h"

namespace propius {
namespace {

constexpr KindId kPlain = 0;  // meets class 1 only
constexpr KindId kGood = 1;

// Check-ins that nobody wants, so that Venn knows the fleet.
void Warm(ReplayScheduler& scheduler, int plain, int good) {
  for (int i = 0; i < plain; ++i) PickOf(scheduler, kPlain, i * 0.1);
  for (int i = 0; i < good; ++i) PickOf(scheduler, kGood, plain * 0.1 + i * 0.1);
}

TEST(ReleasedFifo, ServesTheFirstArrivedThatTheDeviceIsEligibleFor) {
  const ReleasedSetting setting({{0, 5, 300, 1}, {1, 5, 300, 0}, {2, 5, 300, 0}});
  const auto fifo = MakeReleasedFifo(setting.kinds, setting.jobs);
  EXPECT_EQ(PickOf(*fifo, kGood), kNoJob);
  fifo->Request(2, 1);
  fifo->Request(0, 2);
  fifo->Request(1, 3);
  EXPECT_EQ(PickOf(*fifo, kGood), 2);
  EXPECT_EQ(PickOf(*fifo, kPlain), 2);
  Bind(*fifo, 2, 5);
  EXPECT_EQ(PickOf(*fifo, kGood), 0);
  EXPECT_EQ(PickOf(*fifo, kPlain), 1);
  fifo->Request(2, 4);
  EXPECT_EQ(PickOf(*fifo, kGood), 2);
}

TEST(ReleasedFifo, KeepsOfferingUntilDevicesAreBound) {
  const ReleasedSetting setting({{0, 2, 300, 0}});
  const auto fifo = MakeReleasedFifo(setting.kinds, setting.jobs);
  fifo->Request(0, 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(PickOf(*fifo, kGood), 0);
  Bind(*fifo, 0, 2);
  EXPECT_EQ(PickOf(*fifo, kGood), kNoJob);
}

TEST(ReleasedFifo, AddsOneForARequestOfOne) {
  const ReleasedSetting setting({{0, 1, 300, 0}});
  const auto fifo = MakeReleasedFifo(setting.kinds, setting.jobs);
  fifo->Request(0, 0);
  Bind(*fifo, 0, 2);    // one offer too many was in flight
  fifo->Request(0, 1);  // which this request only makes up for
  EXPECT_EQ(PickOf(*fifo, kGood), kNoJob);
  fifo->Request(0, 2);
  EXPECT_EQ(PickOf(*fifo, kGood), 0);
}

TEST(ReleasedFifo, ForgetsAFinishedJob) {
  const ReleasedSetting setting({{0, 3, 300, 0}});
  const auto fifo = MakeReleasedFifo(setting.kinds, setting.jobs);
  fifo->Request(0, 0);
  fifo->Closed(0, true, false, 1);
  EXPECT_EQ(PickOf(*fifo, kGood), 0) << "what is left of a closed round is offered until the next request";
  fifo->Closed(0, true, true, 2);
  Bind(*fifo, 0);
  EXPECT_EQ(PickOf(*fifo, kGood), kNoJob);
}

TEST(ReleasedFifo, FindsJobsBeyondTheFirstWord) {
  std::vector<ReleasedJob> jobs;
  for (std::uint64_t i = 0; i < 130; ++i) jobs.push_back({i, 2, 300, i == 129 ? 0U : 1U});
  const ReleasedSetting setting(jobs);
  const auto fifo = MakeReleasedFifo(setting.kinds, setting.jobs);
  for (JobPlace job = 0; job < 130; ++job) fifo->Request(job, job);
  EXPECT_EQ(PickOf(*fifo, kPlain), 129);
  EXPECT_EQ(PickOf(*fifo, kGood), 0);
}

TEST(ReleasedSrsf, ServesTheSmallestAsOfTheLastRequest) {
  const ReleasedSetting setting({{0, 9, 300, 0}, {1, 5, 300, 0}, {2, 7, 300, 0}});
  const auto srsf = MakeReleasedSrsf(setting.kinds, setting.jobs);
  srsf->Request(0, 0);
  srsf->Request(1, 0);
  EXPECT_EQ(PickOf(*srsf, kGood), 1);
  Bind(*srsf, 0, 6);
  EXPECT_EQ(PickOf(*srsf, kGood), 1) << "job 0 needs less by now, but no request came since";
  srsf->Request(2, 1);
  EXPECT_EQ(PickOf(*srsf, kGood), 0);
  EXPECT_EQ(srsf->plans(), 3);
}

TEST(ReleasedSrsf, ServesTheEarlierArrivedOfEquals) {
  const ReleasedSetting setting({{0, 5, 300, 0}, {1, 5, 300, 0}});
  const auto srsf = MakeReleasedSrsf(setting.kinds, setting.jobs);
  srsf->Request(1, 0);
  srsf->Request(0, 1);
  srsf->Request(1, 2);
  EXPECT_EQ(PickOf(*srsf, kGood), 1);
}

TEST(ReleasedSrsf, SortsARequestOfOneInWithTheNextOther) {
  const ReleasedSetting setting({{0, 1, 300, 0}, {1, 5, 300, 0}});
  const auto srsf = MakeReleasedSrsf(setting.kinds, setting.jobs);
  srsf->Request(0, 0);
  EXPECT_EQ(PickOf(*srsf, kGood), kNoJob);
  srsf->Request(1, 1);
  EXPECT_EQ(PickOf(*srsf, kGood), 0);
  srsf->Closed(0, true, true, 2);
  EXPECT_EQ(PickOf(*srsf, kGood), 1);
}

TEST(ReleasedRandom, KeepsServingWhoWasServedFirst) {
  std::vector<ReleasedJob> jobs;
  for (std::uint64_t i = 0; i < 20; ++i) jobs.push_back({i, 3, 300, 0});
  const ReleasedSetting setting(jobs);
  const auto random = MakeReleasedRandom(setting.kinds, setting.jobs, 5);
  for (JobPlace job = 0; job < 20; ++job) random->Request(job, job);
  std::vector<JobPlace> order;
  for (int i = 0; i < 20; ++i) {
    const JobPlace job = PickOf(*random, kGood);
    ASSERT_NE(job, kNoJob);
    EXPECT_EQ(PickOf(*random, kGood), job);
    Bind(*random, job, 3);
    order.push_back(job);
  }
  EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  EXPECT_EQ(PickOf(*random, kGood), kNoJob);
}

TEST(ReleasedRandom, ForgetsAFinishedJob) {
  const ReleasedSetting setting({{0, 3, 300, 0}, {1, 3, 300, 0}});
  const auto random = MakeReleasedRandom(setting.kinds, setting.jobs, 5);
  random->Request(0, 0);
  random->Request(1, 0);
  const JobPlace first = PickOf(*random, kGood);
  random->Closed(first, true, true, 1);
  Bind(*random, first);
  EXPECT_EQ(PickOf(*random, kGood), 1 - first);
}

TEST(ReleasedVenn, GivesScarceDevicesToTheScarceGroup) {
  const ReleasedSetting setting({{0, 5, 300, 0}, {1, 50, 300, 1}});
  const auto venn = MakeReleasedVenn(setting.kinds, setting.jobs);
  Warm(*venn, 50, 50);
  venn->Request(0, 20);
  venn->Request(1, 20);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 0);
  EXPECT_EQ(PickOf(*venn, kGood, 21), 1);
  EXPECT_EQ(venn->plans(), 2);
}

TEST(ReleasedVenn, LetsALargeGroupTakeWhatItIsNotEligibleFor) {
  // Nobody asks for what devices of class 2 to 4 alone could do, so their devices go to class 1 — and, as the code
  // never looks again, even where class 1 were not met.
  const ReleasedSetting setting({{0, 5, 300, 0}});
  const auto venn = MakeReleasedVenn(setting.kinds, setting.jobs);
  Warm(*venn, 50, 50);
  venn->Request(0, 20);
  EXPECT_EQ(PickOf(*venn, kGood, 21), 0);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 0);
}

TEST(ReleasedVenn, ServesTheSmallestRemainingOfTheGroupAndTheHeadIfItHasNoneLeft) {
  const ReleasedSetting setting({{0, 3, 300, 0}, {1, 9, 300, 0}, {2, 9, 300, 0}});
  const auto venn = MakeReleasedVenn(setting.kinds, setting.jobs);
  Warm(*venn, 50, 50);
  for (JobPlace job = 0; job < 3; ++job) venn->Request(job, 20);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 0);
  Bind(*venn, 2, 7);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 2);
  Bind(*venn, 0, 3);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 2);
  Bind(*venn, 2, 2);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 1);
}

TEST(ReleasedVenn, RefusesAHopelessRequestButLeavesItAtTheHead) {
  // 100 check-ins in 99 s are about 60 a minute; 1,000 devices in five minutes are 200.
  const ReleasedSetting setting({{0, 1'000, 300, 0}, {1, 2'000, 300, 0}});
  const auto venn = MakeReleasedVenn(setting.kinds, setting.jobs);
  for (int i = 0; i < 200; ++i) PickOf(*venn, kPlain, i);
  venn->Request(0, 200);
  EXPECT_EQ(PickOf(*venn, kPlain, 200), 0);
  venn->Request(1, 200);
  EXPECT_EQ(PickOf(*venn, kPlain, 201), 0);
}

TEST(ReleasedVenn, DropsAClosedRoundAtOnce) {
  const ReleasedSetting setting({{0, 5, 300, 0}});
  const auto venn = MakeReleasedVenn(setting.kinds, setting.jobs);
  Warm(*venn, 50, 50);
  venn->Request(0, 20);
  venn->Closed(0, false, false, 21);
  EXPECT_EQ(PickOf(*venn, kPlain, 22), kNoJob);
  venn->Request(0, 23);
  EXPECT_EQ(PickOf(*venn, kPlain, 23), 0);
  venn->Closed(0, true, true, 24);
  const std::uint64_t plans = venn->plans();
  Bind(*venn, 0, 5);
  EXPECT_EQ(venn->plans(), plans);
}

TEST(ReleasedVenn, HasNothingForKindsThatItHasNotSeen) {
  const ReleasedSetting setting({{0, 5, 300, 0}});
  const auto venn = MakeReleasedVenn(setting.kinds, setting.jobs);
  Warm(*venn, 50, 0);
  venn->Request(0, 20);
  EXPECT_EQ(PickOf(*venn, kGood, 21), kNoJob);
  EXPECT_EQ(PickOf(*venn, kPlain, 21), 0);
}

}  // namespace
}  // namespace propius
