#include "scheduling/policies/partitioned.h"

#include <atomic>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/policies/fifo.h"
#include "scheduling/policies/fleet_fixture.h"
#include "scheduling/policies/part_roster.h"
#include "scheduling/policies/random.h"
#include "scheduling/policies/side_by_side.h"
#include "scheduling/policies/srsf.h"

namespace propius {
namespace {

using ::testing::ElementsAre;

std::vector<std::unique_ptr<Policy>> Parts(std::size_t count, std::unique_ptr<Policy> (*make)()) {
  std::vector<std::unique_ptr<Policy>> parts;
  for (std::size_t i = 0; i < count; ++i) parts.push_back(make());
  return parts;
}

SeenByPolicy Jobs(std::uint64_t count) {
  SeenByPolicy seen;
  for (std::uint64_t id = 1; id <= count; ++id)
    seen.Add(id).request.remaining = static_cast<std::uint32_t>(id * 7 % 11 + 1);
  return seen;
}

bool SamePlan(const Plan& a, const Plan& b) {
  if (a.groups.size() != b.groups.size() || a.terms.size() != b.terms.size()) return false;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    if (a.groups[i].part != b.groups[i].part || a.groups[i].order != b.groups[i].order) return false;
  }
  return true;
}

TEST(Partitioned, PlansEachPartApartForItsPartOfTheFleet) {
  const SeenByPolicy seen = Jobs(10);
  Rng chance(1);
  const Plan plan = MakePartitioned(Parts(2, MakeSrsf))->MakePlan(seen.At(seen.now), chance);
  ASSERT_EQ(plan.groups.size(), 3U);
  EXPECT_EQ(plan.groups[0].part, (FleetPart{0, 0.5}));
  EXPECT_EQ(plan.groups[1].part, (FleetPart{0.5, 1}));
  std::set<std::uint64_t> jobs;
  for (std::size_t part = 0; part < 2; ++part) {
    ASSERT_EQ(plan.groups[part].order.size(), 5U);
    std::uint32_t before = 0;
    for (const JobId job : plan.groups[part].order) {
      jobs.insert(job.value);
      const std::uint32_t remaining = seen.requests[job.value - 1].remaining;
      EXPECT_GE(remaining, before);
      before = remaining;
    }
  }
  EXPECT_EQ(jobs.size(), 10U);
}

TEST(Partitioned, LendsDevicesThatAPartHasNoUseFor) {
  SeenByPolicy seen = Jobs(4);
  Rng chance(1);
  const auto policy = MakePartitioned(Parts(4, MakeSrsf));
  seen.requests.erase(seen.requests.begin() + 1, seen.requests.end());  // only job 1 takes devices
  Matcher matcher(seen.supply, seen.experience);
  matcher.Load(policy->MakePlan(seen.At(seen.now), chance), seen.requests, seen.jobs);
  const Attributes nothing;
  for (const double hash : {0.1, 0.3, 0.6, 0.9}) {
    const DeviceView device{.atom = seen.supply.Locate(nothing), .hash = hash, .speed = {}, .attributes = &nothing};
    EXPECT_TRUE(matcher.Match(device, seen.now, chance, [](std::size_t request) { return request == 0; })) << hash;
  }
}

TEST(Partitioned, IsItsInnerPolicyWhereThereIsNothingToCut) {
  const SeenByPolicy one = Jobs(1);
  Rng chance(1);
  const Plan plan = MakePartitioned(Parts(8, MakeFifo))->MakePlan(one.At(one.now), chance);
  ASSERT_EQ(plan.groups.size(), 1U);
  EXPECT_EQ(plan.groups[0].part, FleetPart{});
  EXPECT_THAT(OrderOf(*MakePartitioned(Parts(8, MakeFifo)), SeenByPolicy(), chance), testing::IsEmpty());
}

TEST(Partitioned, MakesTheSamePlanWithAndWithoutWorkers) {
  const auto threads = MakeThreadWorkers(3);
  const auto inlined = MakeInlineWorkers();
  const auto alone = MakePartitioned(Parts(7, MakeRandom));
  const auto helped = MakePartitioned(Parts(7, MakeRandom), threads.get());
  const auto handed = MakePartitioned(Parts(7, MakeRandom), inlined.get());
  Rng a(9);
  Rng b(9);
  Rng c(9);
  for (const std::uint64_t jobs : {100U, 101U, 3U, 60U}) {
    const SeenByPolicy seen = Jobs(jobs);
    const Plan plan = alone->MakePlan(seen.At(seen.now), a);
    EXPECT_TRUE(SamePlan(plan, helped->MakePlan(seen.At(seen.now), b))) << jobs;
    EXPECT_TRUE(SamePlan(plan, handed->MakePlan(seen.At(seen.now), c))) << jobs;
  }
}

// Gives the job terms, and tells its group to look at half of what it is given.
class WithTerms final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    Plan plan;
    Group& group = plan.groups.emplace_back();
    group.part = {0.5, 1};
    EXPECT_EQ(seen.census.Size(), 50);
    EXPECT_EQ(seen.census.SubsetSize({}), 50);
    for (const OpenRequest& request : seen.requests) {
      EXPECT_EQ(seen.JobOf(request).job, request.job);
      group.order.push_back(request.job);
      plan.terms.push_back({.job = request.job, .care = RoundCare{.available_rate = 8, .supply_rate = 12}});
    }
    return plan;
  }
};

TEST(Partitioned, ScalesWhatAPlanSaysOfTheFleetToThePart) {
  const SeenByPolicy seen = Jobs(6);
  std::vector<std::unique_ptr<Policy>> parts;
  parts.push_back(std::make_unique<WithTerms>());
  parts.push_back(std::make_unique<WithTerms>());
  const CountedCensus census(100);
  Rng chance(1);
  const Plan plan = MakePartitioned(std::move(parts))
                        ->MakePlan({seen.now, seen.jobs, seen.requests, census, seen.supply, seen.experience}, chance);
  EXPECT_EQ(plan.groups[0].part, (FleetPart{0.25, 0.5}));
  EXPECT_EQ(plan.groups[1].part, (FleetPart{0.75, 1}));
  ASSERT_EQ(plan.terms.size(), 6U);
  EXPECT_EQ(plan.terms[0].care->available_rate, 4);
  EXPECT_EQ(plan.terms[0].care->supply_rate, 6);
}

std::vector<KnownJob> Known(const std::vector<std::uint64_t>& ids) {
  std::vector<KnownJob> jobs;
  for (const std::uint64_t id : ids) jobs.emplace_back().job = {id};
  return jobs;
}

std::vector<std::size_t> Sizes(const PartRoster& roster, const std::vector<KnownJob>& jobs, std::size_t parts) {
  std::vector<std::size_t> sizes(parts);
  for (const KnownJob& job : jobs) ++sizes[roster.PartOf(job.job)];
  std::ranges::sort(sizes);
  return sizes;
}

TEST(PartRoster, KeepsPartsAlikeInSizeAndMovesAsFewJobsAsItMust) {
  PartRoster roster(4);
  Rng chance(8);
  std::set<std::uint64_t> here;
  std::uint64_t next = 1;
  std::map<std::uint64_t, std::size_t> before;
  for (int step = 0; step < 400; ++step) {
    const bool comes = here.empty() || chance.Chance(0.6);
    if (comes) {
      here.insert(next++);
    } else {
      here.erase(std::next(here.begin(), static_cast<std::ptrdiff_t>(chance.Below(here.size()))));
    }
    if (here.empty()) continue;
    const auto jobs = Known({here.begin(), here.end()});
    roster.Update(jobs, 5);
    const auto sizes = Sizes(roster, jobs, 5);
    EXPECT_LE(sizes.back() - sizes.front(), 1U) << step;
    int moved = 0;
    std::map<std::uint64_t, std::size_t> now;
    for (const std::uint64_t id : here) {
      now[id] = roster.PartOf({id});
      if (before.contains(id) && before[id] != now[id]) ++moved;
    }
    EXPECT_LE(moved, comes ? 0 : 1) << step;
    before = std::move(now);
  }
}

TEST(PartRoster, CutsJobsAtRandom) {
  std::set<std::size_t> parts_of_first;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    PartRoster roster(seed);
    roster.Update(Known({1, 2, 3, 4}), 4);
    parts_of_first.insert(roster.PartOf({1}));
  }
  EXPECT_THAT(parts_of_first, ElementsAre(0, 1, 2, 3));
}

TEST(PartRoster, LeavesNoPartWithoutJobsWhenThereAreFewerParts) {
  PartRoster roster(1);
  roster.Update(Known({1, 2, 3, 4, 5, 6}), 6);
  const auto fewer = Known({2, 5});
  roster.Update(fewer, 2);
  EXPECT_THAT(Sizes(roster, fewer, 2), ElementsAre(1, 1));
}

TEST(SideBySide, DoesEveryPieceOnce) {
  const auto workers = MakeThreadWorkers(2);
  for (const std::size_t count : {0U, 1U, 2U, 100U}) {
    std::vector<std::atomic<int>> done(count);
    SideBySide(workers.get(), count, [&](std::size_t i) { ++done[i]; });
    for (const auto& each : done) EXPECT_EQ(each, 1);
  }
}

TEST(SideBySide, IsNotHeldUpByWorkersThatAreBusyOrCallIt) {
  const auto workers = MakeThreadWorkers(1);
  std::atomic<int> done = 0;
  std::atomic<bool> finished = false;
  workers->Run([&] {
    SideBySide(workers.get(), 20, [&](std::size_t) { ++done; });
    EXPECT_EQ(done, 20);
    finished = true;
  });
  while (!finished) {
  }
  SideBySide(nullptr, 5, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 25);
}

}  // namespace
}  // namespace propius
