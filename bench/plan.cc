// One plan of Venn, beside a plain std::sort of the same jobs by group and need, which is less than any such plan must
// do; and of fluid, beside Venn's.
#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "scheduling/policies/fluid.h"
#include "scheduling/policies/venn.h"

namespace propius {
namespace {

class NoCensus final : public Census {
 public:
  std::int64_t Size() const override { return 0; }
  std::int64_t SubsetSize(const Constraint& /*constraint*/) const override { return 0; }
};

Attributes Numbers(double cpu, double ram) { return *Attributes::Make({{"cpu_f", cpu}, {"ram_gb", ram}}, "bench"); }

// Jobs with open requests that need one of side x side steps of two attributes; of a fleet that has all steps, the
// higher the fewer.
struct Site {
  Site(std::uint64_t jobs_count, std::uint64_t side) {
    Rng chance(7);
    const auto fleet = [&](const auto& visit) {
      for (std::uint64_t cpu = 0; cpu <= side; ++cpu) {
        for (std::uint64_t ram = 0; ram <= side; ++ram) {
          visit(Numbers(static_cast<double>(cpu), static_cast<double>(ram)), 1);
        }
      }
    };
    std::vector<PredicateId> predicates;
    for (std::uint64_t cpu = 1; cpu <= side; ++cpu) {
      for (std::uint64_t ram = 1; ram <= side; ++ram) {
        predicates.push_back(
            supply.Watch(Constraint(Numbers(static_cast<double>(cpu), static_cast<double>(ram))), fleet));
      }
    }
    for (int i = 0; i < 20'000; ++i) {
      const auto step = [&] { return static_cast<double>(std::min(chance.Below(side + 1), chance.Below(side + 1))); };
      const Attributes device = Numbers(step(), step());
      supply.Count(supply.Locate(device), Time(i * 200ms));
    }
    for (std::uint64_t id = 1; id <= jobs_count; ++id) {
      const std::uint32_t demand = static_cast<std::uint32_t>(20 + chance.Below(1'500));
      jobs.push_back({.job = {id},
                      .tenant = "team",
                      .predicate = predicates[chance.Below(predicates.size())],
                      .work = {.samples = 1'000, .kilobits = 10'000},
                      .registered_at = Time(1s),
                      .round_limit = 10min,
                      .demand = demand,
                      .target = demand,
                      .rounds = static_cast<std::uint32_t>(100 + chance.Below(2'000))});
      requests.push_back({.job = {id},
                          .round = {1},
                          .known = static_cast<std::uint32_t>(id - 1),
                          .requested_at = Time(4'000s) + Duration(chance.Below(600'000'000)),
                          .deadline = Time(5'000s),
                          .demand = demand,
                          .remaining = static_cast<std::uint32_t>(1 + chance.Below(demand))});
    }
  }

  Snapshot Seen(Time now = Time(4'600s)) const { return {now, jobs, requests, census, supply, experience}; }

  std::vector<KnownJob> jobs;
  std::vector<OpenRequest> requests;
  NoCensus census;
  Supply supply;
  Experience experience;
};

void Plan(benchmark::State& state, std::uint64_t jobs, std::uint64_t side, VennOptions options) {
  const Site site(jobs, side);
  const auto policy = *MakeVenn(options);
  Rng chance(1);
  std::size_t groups = 0;
  for (auto _ : state) {
    const auto plan = policy->MakePlan(site.Seen(), chance);
    groups = plan.groups.size();
    benchmark::DoNotOptimize(plan.groups.data());
  }
  state.counters["groups"] = static_cast<double>(groups);
  state.counters["atoms"] = static_cast<double>(site.supply.atoms());
}

void Sort(benchmark::State& state, std::uint64_t jobs, std::uint64_t side) {
  const Site site(jobs, side);
  std::vector<std::tuple<std::uint32_t, std::uint32_t, Time, JobId>> order;
  for (auto _ : state) {
    order.clear();
    for (const OpenRequest& request : site.requests) {
      order.emplace_back(site.jobs[request.known].predicate, request.remaining, request.requested_at, request.job);
    }
    std::ranges::sort(order);
    benchmark::DoNotOptimize(order.data());
  }
}

// Between two events of a round so much time passes that as many check in as a round takes in three events.
void PlanFluid(benchmark::State& state, std::uint64_t jobs, std::uint64_t side) {
  const Site site(jobs, side);
  const auto policy = MakeFluid({}, nullptr);
  Rng chance(1);
  Time now(4'600s);
  benchmark::DoNotOptimize(policy->MakePlan(site.Seen(now), chance));
  for (auto _ : state) {
    now += 50s;
    benchmark::DoNotOptimize(policy->MakePlan(site.Seen(now), chance));
  }
}

// With a new order of the jobs, as when one comes or goes.
void OrderFluid(benchmark::State& state, std::uint64_t jobs, std::uint64_t side) {
  const Site site(jobs, side);
  Rng chance(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(MakeFluid({}, nullptr)->MakePlan(site.Seen(), chance));
  }
}

BENCHMARK_CAPTURE(Plan, Of1000JobsIn4Groups, 1'000, 2, {})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Sort, Of1000JobsIn4Groups, 1'000, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Plan, Of10000JobsIn100Groups, 10'000, 10, {})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Sort, Of10000JobsIn100Groups, 10'000, 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Plan, Fair, 10'000, 10, {.fairness = 2})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Plan, Of50JobsIn4Groups, 50, 2, {})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(PlanFluid, Of1000JobsIn4Groups, 1'000, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(OrderFluid, Of1000JobsIn4Groups, 1'000, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(PlanFluid, Of50JobsIn4Groups, 50, 2)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace propius

BENCHMARK_MAIN();
