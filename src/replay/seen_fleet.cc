#include "replay/seen_fleet.h"

#include <cmath>

#include "base/rng.h"

namespace propius {

SeenFleet::SeenFleet(const Workload& workload, const ReplayOptions& options, const Kinds& kinds, const Supply& supply,
                     std::uint64_t seed)
    : kinds_(kinds), supply_(supply), devices_(kinds.meets.size()) {
  for (const KindId kind : kinds.kind_of) ++devices_[kind];
  if (!options.speed_known) {
    speeds_.resize(1);
    return;
  }
  Rng chance(seed);
  speeds_.reserve(workload.fleet.capacities.size());
  for (const Fleet::Capacity& capacity : workload.fleet.capacities) {
    const double error = options.speed_noise > 0 ? std::exp(options.speed_noise * chance.Normal()) : 1;
    speeds_.push_back({.ms_per_sample = capacity.ms * error, .kbps = capacity.kbps / error});
  }
}

std::int64_t SeenFleet::Size() const { return std::llround(supply_.TotalRate() * 600); }

std::int64_t SeenFleet::SubsetSize(const Constraint& constraint) const {
  double all = 0;
  double admitted = 0;
  for (std::size_t kind = 0; kind < devices_.size(); ++kind) {
    all += devices_[kind];
    if (constraint.Admits(kinds_.attributes[kind])) admitted += devices_[kind];
  }
  return all > 0 ? std::llround(static_cast<double>(Size()) * admitted / all) : 0;
}

void SeenFleet::Visit(const std::function<void(const Attributes&, double)>& visit) const {
  for (std::size_t kind = 0; kind < devices_.size(); ++kind) visit(kinds_.attributes[kind], devices_[kind]);
}

}  // namespace propius
