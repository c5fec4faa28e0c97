#include "scheduling/policies/fluid_view.h"

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

namespace propius {
namespace {

constexpr double kLeastClaimLeft = 0.1;
constexpr std::uint32_t kNoKind = std::numeric_limits<std::uint32_t>::max();

// Atoms that the same kinds can use flow together.
FluidFleet FleetOf(const Supply& supply, const std::vector<PredicateId>& kinds) {
  FluidFleet fleet;
  fleet.streams_of.resize(kinds.size());
  std::map<std::vector<bool>, std::uint32_t> stream_of;
  const std::span<const double> rates = supply.rates();
  for (AtomId atom = 0; atom < supply.atoms(); ++atom) {
    if (rates[atom] <= 0) continue;
    std::vector<bool> users(kinds.size());
    bool used = false;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      users[kind] = supply.Meets(atom, kinds[kind]);
      used = used || users[kind];
    }
    if (!used) continue;
    const auto [found, is_new] = stream_of.try_emplace(users, static_cast<std::uint32_t>(fleet.rates.size()));
    if (is_new) {
      fleet.rates.push_back(0);
      for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (users[kind]) fleet.streams_of[kind].push_back(found->second);
      }
    }
    fleet.rates[found->second] += rates[atom];
  }
  return fleet;
}

}  // namespace

double RoundsLeft(const KnownJob& job) {
  const double claimed = job.rounds;
  const double done = job.rounds_done;
  const double least = std::max(1.0, kLeastClaimLeft * claimed);
  return std::max({claimed - done, done - claimed, least});
}

double DevicesOfARound(const KnownJob& job, double success) {
  return std::min<double>(job.demand, job.target / success);
}

FluidView ViewAsFluid(const Snapshot& seen) {
  FluidView view;
  std::vector<PredicateId> kinds;
  std::vector<std::uint32_t> kind_of(seen.supply.predicates(), kNoKind);
  for (const KnownJob& job : seen.jobs) {
    if (kind_of[job.predicate] != kNoKind) continue;
    kind_of[job.predicate] = static_cast<std::uint32_t>(kinds.size());
    kinds.push_back(job.predicate);
  }
  view.fleet = FleetOf(seen.supply, kinds);

  const double success = seen.experience.SuccessShare();
  view.jobs.reserve(seen.jobs.size());
  for (const KnownJob& job : seen.jobs) {
    FluidJob& fluid = view.jobs.emplace_back();
    fluid.kind = kind_of[job.predicate];
    fluid.rounds = RoundsLeft(job);
    fluid.devices = DevicesOfARound(job, success);
    fluid.tail = std::max(1.0, Seconds(seen.experience.Tail(job.job)));
    fluid.limit = Seconds(job.round_limit);
  }
  return view;
}

}  // namespace propius
