#include "experiments/plan_cost.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/real_runtime.h"
#include "base/rng.h"

namespace propius {
namespace {

constexpr int kDevices = 4'000;
constexpr std::size_t kLaterPlans = 9;

class NobodyThere final : public Census {
 public:
  std::int64_t Size() const override { return 0; }
  std::int64_t SubsetSize(const Constraint& /*constraint*/) const override { return 0; }
};

Attributes CpuAndRam(double cpu, double ram) { return *Attributes::Make({{"cpu", cpu}, {"ram", ram}}, "plan cost"); }

}  // namespace

Result<PlanCost> MeasurePlanCost(const PolicyRegistry& policies, const std::string& policy, std::uint32_t jobs,
                                 std::uint32_t groups) {
  const Result<PolicyChoice> choice = ParsePolicyChoice(policy);
  if (!choice) return tl::unexpected(choice.error());
  auto made = policies.Make(choice->name, choice->options);
  if (!made) return tl::unexpected(made.error());

  // Requirements on a grid of two attributes overlap without being nested, as those of real jobs.
  Rng chance(1);
  Supply supply;
  std::vector<PredicateId> predicates;
  const auto side = static_cast<std::uint32_t>(std::ceil(std::sqrt(groups)));
  for (std::uint32_t group = 0; group < groups; ++group) {
    predicates.push_back(supply.Watch(Constraint(CpuAndRam(group % side, group / side)), [](const auto&) {}));
  }
  const Time now(1h);
  for (int i = 0; i < kDevices; ++i) {
    const Attributes device = CpuAndRam(chance.Uniform(0, side), chance.Uniform(0, side));
    supply.Count(supply.Locate(device), Time(1s) + now.time_since_epoch() * i / kDevices);
  }
  supply.Advance(now);

  std::vector<KnownJob> known(jobs);
  std::vector<OpenRequest> requests(jobs);
  for (std::uint32_t i = 0; i < jobs; ++i) {
    const auto demand = static_cast<std::uint32_t>(20 + chance.Below(480));
    known[i] = {.job = {i + 1},
                .tenant = "team",
                .predicate = predicates[i % groups],
                .registered_at = Time(1s),
                .round_limit = 10min,
                .demand = demand,
                .target = demand * 4 / 5,
                .rounds = static_cast<std::uint32_t>(500 + chance.Below(3'000)),
                .total_demand = demand * std::uint64_t{1'000}};
    requests[i] = {.job = {i + 1},
                   .round = {1},
                   .known = i,
                   .requested_at = now - FromSeconds(chance.Uniform(0, 300)),
                   .deadline = now + 10min,
                   .demand = demand,
                   .remaining = demand};
  }
  const NobodyThere census;
  const Experience experience;
  PlanCost cost;
  std::vector<double> later;
  for (std::size_t i = 0; i <= kLaterPlans; ++i) {
    const Snapshot seen{now + Duration(1s) * i, known, requests, census, supply, experience};
    const double before = ThreadCpuSeconds();
    const Plan plan = (*made)->MakePlan(seen, chance);
    const double spent = 1e6 * (ThreadCpuSeconds() - before);
    (i == 0 ? cost.first_us : later.emplace_back()) = spent;
    if (plan.groups.empty()) return Fail(Code::kInternal, policy + ": expected a plan with groups, got none");
    OpenRequest& changed = requests[chance.Below(requests.size())];
    changed.remaining = static_cast<std::uint32_t>(1 + chance.Below(changed.demand));
  }
  std::ranges::nth_element(later, later.begin() + kLaterPlans / 2);
  cost.usual_us = later[kLaterPlans / 2];
  return cost;
}

}  // namespace propius
