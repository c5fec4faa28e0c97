#include "scheduling/policies/venn.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduling/matcher.h"
#include "scheduling/policies/srsf.h"
#include "scheduling/registry.h"
#include "scheduling/testing.h"

namespace propius {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Attributes Device(double cpu, double ram = 1) { return *Attributes::Make({{"cpu_f", cpu}, {"ram_gb", ram}}, "device"); }
Constraint Cpu(double least) { return Constraint(*Attributes::Make({{"cpu_f", least}}, "bounds")); }
Constraint Ram(double least) { return Constraint(*Attributes::Make({{"ram_gb", least}}, "bounds")); }

void Count(SeenByPolicy& seen, const Attributes& device, int times) {
  for (int i = 0; i < times; ++i) seen.supply.Count(seen.supply.Locate(device), Time(i * 1s));
}

void Ask(SeenByPolicy::Added added, std::uint32_t demand, std::uint32_t remaining) {
  added.job.demand = added.request.demand = demand;
  added.request.remaining = remaining;
}

Plan PlanOf(const SeenByPolicy& seen, const VennOptions& options = {}) {
  Rng chance(1);
  return (*MakeVenn(options))->MakePlan(seen.At(seen.now), chance);
}

TEST(Venn, PlansNothingWithoutRequests) { EXPECT_THAT(PlanOf(SeenByPolicy()).groups, IsEmpty()); }

TEST(Venn, OrdersEachGroupByWhatIsStillToBeBound) {
  SeenByPolicy seen;
  Ask(seen.Add(1), 10, 9);
  Ask(seen.Add(2), 50, 3);
  Ask(seen.Add(3), 10, 8);
  EXPECT_THAT(OrderOf(PlanOf(seen)), ElementsAre(2, 3, 1));
}

TEST(Venn, ServesTheOlderOfEqualJobsHoweverOldTheirRequestsAre) {
  // If equals took turns, all of them would end late: a third more on average in the paper's workload Small.
  SeenByPolicy seen;
  Ask(seen.Add(1), 10, 9);
  Ask(seen.Add(2), 20, 9);
  seen.requests.back().requested_at = Time(1s);
  EXPECT_THAT(OrderOf(PlanOf(seen)), ElementsAre(1, 2));
}

TEST(Venn, GivesScarceDevicesToTheGroupThatHasNoOthers) {
  SeenByPolicy seen;
  Ask(seen.Add(1), 10, 10);
  Ask(seen.Add(2, Cpu(4)), 10, 10);
  Count(seen, Device(8), 10);
  Count(seen, Device(1), 10);
  const Plan plan = PlanOf(seen);
  ASSERT_EQ(plan.groups.size(), 2U);
  EXPECT_THAT(plan.groups[0].order, ElementsAre(JobId{2}));
  EXPECT_TRUE(plan.groups[0].first.Has(seen.supply.Locate(Device(8))));
  EXPECT_TRUE(plan.groups[1].first.Has(seen.supply.Locate(Device(1))));
  EXPECT_FALSE(plan.groups[1].first.Has(seen.supply.Locate(Device(8))));
}

TEST(Venn, ComparesByWhatWasAskedForAndNotByWhatIsLeft) {
  // By what is left, the scarce queue would drain before the other's job is done, and nothing would move.
  SeenByPolicy seen;
  for (std::uint64_t id = 1; id <= 3; ++id) Ask(seen.Add(id), 10, 10);
  Ask(seen.Add(4, Cpu(4)), 1000, 1);
  Count(seen, Device(8), 10);
  Count(seen, Device(1), 10);
  EXPECT_TRUE(PlanOf(seen).groups[1].first.Has(seen.supply.Locate(Device(8))));
}

TEST(Venn, LooksAtTheGroupsThatHaveOpenRequestsAlone) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2, Cpu(4));
  Count(seen, Device(8), 10);
  Count(seen, Device(1), 10);
  seen.requests.pop_back();
  const Plan plan = PlanOf(seen);
  ASSERT_EQ(plan.groups.size(), 1U);
  EXPECT_TRUE(plan.groups[0].first.Has(seen.supply.Locate(Device(8))));
}

TEST(Venn, EqualInputsGiveEqualPlans) {
  SeenByPolicy seen;
  for (std::uint64_t id = 1; id <= 40; ++id) Ask(seen.Add(id, id % 2 == 0 ? Cpu(4) : Ram(4)), 20, 7);
  Count(seen, Device(8, 8), 10);
  Count(seen, Device(8, 1), 10);
  Count(seen, Device(1, 8), 10);
  const auto policy = *MakeVenn({});
  Rng chance(1);
  const Plan first = policy->MakePlan(seen.At(seen.now), chance);
  const Plan second = policy->MakePlan(seen.At(seen.now), chance);
  EXPECT_EQ(OrderOf(first), OrderOf(second));
  for (std::size_t i = 0; i < first.groups.size(); ++i) EXPECT_EQ(first.groups[i].first, second.groups[i].first);
}

// Whatever is drawn: each open job waits in one group, each atom comes first to at most one, which can use it.
TEST(Venn, PlansSoundlyForAnyJobsAndAnyFleet) {
  Rng chance(9);
  for (int round = 0; round < 300; ++round) {
    SeenByPolicy seen;
    const auto bound = [&] { return static_cast<double>(chance.Below(5)); };
    for (std::uint64_t id = 1 + chance.Below(3); id < 60; id += 1 + chance.Below(5)) {
      const auto demand = static_cast<std::uint32_t>(1 + chance.Below(500));
      Ask(seen.Add(id, chance.Chance(0.5) ? Cpu(bound()) : Ram(bound())), demand,
          static_cast<std::uint32_t>(1 + chance.Below(demand)));
      seen.jobs.back().attained_service = chance.Below(100'000);
    }
    for (std::uint64_t kinds = chance.Below(20); kinds > 0; --kinds) {
      Count(seen, Device(bound(), bound()), static_cast<int>(chance.Below(30)));
    }
    const Plan plan = PlanOf(seen, {.fairness = chance.Chance(0.5) ? 0 : chance.Uniform(0, 300)});

    std::vector<std::uint64_t> planned = OrderOf(plan);
    std::ranges::sort(planned);
    std::vector<std::uint64_t> open;
    for (const OpenRequest& request : seen.requests) open.push_back(request.job.value);
    ASSERT_EQ(planned, open) << round;

    std::map<JobId, PredicateId> predicates;
    for (const KnownJob& job : seen.jobs) predicates[job.job] = job.predicate;
    AtomSet taken;
    for (const Group& group : plan.groups) {
      group.first.ForEach([&](AtomId atom) {
        EXPECT_FALSE(taken.Has(atom)) << round;
        for (const JobId job : group.order) EXPECT_TRUE(seen.supply.Meets(atom, predicates[job])) << round;
      });
      taken |= group.first;
    }
    EXPECT_THAT(plan.terms, IsEmpty());
  }
}

// Which job a device is offered first under the plan.
std::uint64_t FirstOffer(const SeenByPolicy& seen, Plan plan, const Attributes& device, AtomId atom) {
  Matcher matcher(seen.supply, seen.experience);
  matcher.Load(std::move(plan), seen.requests, seen.jobs);
  Rng chance(1);
  std::uint64_t job = 0;
  matcher.Match({.atom = atom, .speed = {}, .attributes = &device}, seen.now, chance, [&](std::size_t request) {
    job = seen.requests[request].job.value;
    return true;
  });
  return job;
}

TEST(Venn, LeavesNoDeviceIdleThatAnybodyCanUse) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2, Cpu(4));
  Count(seen, Device(8), 10);
  Count(seen, Device(1), 10);
  const AtomId strong = seen.supply.Locate(Device(8));
  EXPECT_EQ(FirstOffer(seen, PlanOf(seen), Device(8), strong), 2U);
  // Once its own group wants no more, the others get it.
  const Plan plan = PlanOf(seen);
  seen.requests.pop_back();
  EXPECT_EQ(FirstOffer(seen, plan, Device(8), strong), 1U);
}

TEST(Venn, OffersAnUnknownDeviceToTheScarcestGroupThatItMeets) {
  SeenByPolicy seen;
  seen.Add(1);
  seen.Add(2, Cpu(4));
  seen.Add(3, Ram(4));
  Count(seen, Device(8, 1), 10);
  Count(seen, Device(1, 8), 5);
  Count(seen, Device(1, 1), 10);
  const Plan plan = PlanOf(seen);
  EXPECT_EQ(FirstOffer(seen, plan, Device(8, 8), kUncharted), 3U);
  EXPECT_EQ(FirstOffer(seen, plan, Device(8, 1), kUncharted), 2U);
  EXPECT_EQ(FirstOffer(seen, plan, Device(8, 8), seen.supply.Locate(Device(8, 8))), 3U);
}

// Venn's Fig. 3: a keyboard job of 3 devices that all can serve, two emoji jobs of 4 that every other device can; one
// device comes per unit of time.
double ToyMeanTime(std::unique_ptr<Policy> policy) {
  SeenByPolicy seen;
  Ask(seen.Add(1), 3, 3);
  Ask(seen.Add(2, Cpu(4)), 4, 4);
  Ask(seen.Add(3, Cpu(4)), 4, 4);
  Count(seen, Device(8), 50);
  Count(seen, Device(1), 50);
  Rng chance(1);
  double sum = 0;
  for (int time = 1; !seen.requests.empty(); ++time) {
    const Attributes device = time % 2 == 1 ? Device(8) : Device(1);
    const Plan plan = policy->MakePlan(seen.At(seen.now), chance);
    const std::uint64_t job = FirstOffer(seen, plan, device, seen.supply.Locate(device));
    const auto served = std::ranges::find(seen.requests, JobId{job}, &OpenRequest::job);
    if (served == seen.requests.end() || --served->remaining > 0) continue;
    sum += time;
    seen.requests.erase(served);
  }
  return sum / 3;
}

TEST(Venn, EndsThePapersToyExampleInTheOptimalTime) {
  EXPECT_NEAR(ToyMeanTime(*MakeVenn({})), 28.0 / 3, 1e-9);  // 9.3 in the paper
  EXPECT_NEAR(ToyMeanTime(MakeSrsf()), 11, 1e-9);
}

TEST(Venn, BindsTheHeadOfAGroupAloneToATier) {
  SeenByPolicy seen;
  for (std::uint64_t id = 1; id <= 2; ++id) {
    Ask(seen.Add(id), 200, static_cast<std::uint32_t>(100 * id));
    const RoundKey past{{id}, {1}};
    seen.experience.RoundOpened(past, 200, 200, Time(1h), Time(0s));
    for (std::uint32_t i = 0; i < 200; ++i) {
      seen.experience.Bound(past, {i}, i < 100 ? 1s + i * 1ms : 100s + i * 1ms, Time(1s));
    }
    for (std::uint32_t i = 0; i < 200; ++i) seen.experience.Reported(past, {i}, i < 100 ? Time(3s) : Time(200s));
    seen.experience.RoundClosed(past, true, Time(200s));
  }
  const auto policy = *MakeVenn({.tiers = 2});
  Rng chance(1);
  int bound = 0;
  for (std::uint32_t round = 2; round < 40; ++round) {
    for (OpenRequest& request : seen.requests) request.round = {round};
    const Plan plan = policy->MakePlan(seen.At(seen.now), chance);
    ASSERT_EQ(policy->MakePlan(seen.At(seen.now), chance).terms.size(), plan.terms.size());
    if (plan.terms.empty()) continue;
    ++bound;
    ASSERT_EQ(plan.terms.size(), 1U);
    EXPECT_EQ(plan.terms[0].job, JobId{1});
    EXPECT_FALSE(plan.terms[0].care);
    EXPECT_EQ(plan.terms[0].fastest, 0s);
    EXPECT_EQ(plan.terms[0].slowest, 100s + 100 * 1ms);
  }
  EXPECT_GT(bound, 5);
  EXPECT_LT(bound, 33);
  EXPECT_THAT(PlanOf(seen).terms, IsEmpty());
}

TEST(Venn, FairnessRaisesTheJobThatIsLateAgainstItsFairShare) {
  SeenByPolicy seen;
  Ask(seen.Add(1), 10, 5);
  seen.jobs.back().rounds = 100;
  Ask(seen.Add(2), 10, 10);
  seen.jobs.back().rounds = 100;
  seen.jobs.back().registered_at = seen.now - 8 * 690s;  // a round without supply takes 690 s
  EXPECT_THAT(OrderOf(PlanOf(seen)), ElementsAre(1, 2));
  EXPECT_THAT(OrderOf(PlanOf(seen, {.fairness = 0.1})), ElementsAre(1, 2));
  EXPECT_THAT(OrderOf(PlanOf(seen, {.fairness = 1})), ElementsAre(2, 1));
  EXPECT_THAT(OrderOf(PlanOf(seen, {.fairness = 1e6})), ElementsAre(2, 1));
}

TEST(Venn, FairnessMovesDevicesToTheGroupThatIsLate) {
  SeenByPolicy seen;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    Ask(seen.Add(id), 10, 10);
    seen.jobs.back().rounds = 100;
  }
  Ask(seen.Add(5, Cpu(4)), 1000, 1000);
  seen.jobs.back().rounds = 100;
  seen.jobs.back().registered_at = seen.now - 1'000h;
  Count(seen, Device(8), 10);
  Count(seen, Device(1), 10);
  const AtomId strong = seen.supply.Locate(Device(8));
  EXPECT_TRUE(PlanOf(seen).groups[1].first.Has(strong));
  EXPECT_TRUE(PlanOf(seen, {.fairness = 2}).groups[0].first.Has(strong));
}

TEST(Venn, IsMadeByNameAndRefusesWhatItCannotDo) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  EXPECT_TRUE(registry.Make("venn"));
  EXPECT_FALSE(MakeVenn({.tiers = 0}));
  EXPECT_FALSE(MakeVenn({.tiers = 11}));
  EXPECT_FALSE(MakeVenn({.fairness = -1}));
  EXPECT_FALSE(MakeVenn({.fairness = std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_EQ(MakeVenn({.tiers = 11}).error().message, "policy venn: expected 1 to 10 tiers, got 11");
}

}  // namespace
}  // namespace propius
