#include "scheduling/policies/venn_released.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace propius {
namespace {

constexpr double kDevices = 1'000;  // the authors' window of check-ins

// One predicate's share, with the requests that wait for it.
struct Share {
  AtomSet atoms;
  double devices = 0;
  std::size_t requests = 0;
  std::vector<double> demands;
  std::vector<double> supplies;  // that each of the demands is served from
};

double Drain(const Share& share) {
  double sum = 0;
  for (std::size_t i = 0; i < share.demands.size(); ++i) sum += share.demands[i] / share.supplies[i];
  return sum;
}

// How many of the share's requests would end before the other's have drained.
std::size_t Helped(const Share& share, const Share& other) {
  const double drained = Drain(other);
  if (Drain(share) <= drained) return share.demands.size();
  double end = 0;
  for (std::size_t i = 0; i < share.demands.size(); ++i) {
    end += share.demands[i] / share.supplies[i];
    if (end >= drained) return i;
  }
  return share.demands.size();
}

void TakeOver(Share& winner, Share& loser) {
  for (double& supply : winner.supplies) supply += loser.devices;
  winner.supplies.insert(winner.supplies.end(), loser.supplies.begin(), loser.supplies.end());
  winner.demands.insert(winner.demands.end(), loser.demands.begin(), loser.demands.end());
  winner.devices += loser.devices;
  winner.requests += loser.requests;
  winner.atoms |= loser.atoms;
  loser.atoms = {};
  loser.devices = 0;
  loser.demands.clear();
  loser.supplies.clear();
}

// Gives each predicate, rarest first, what is left of its devices.
std::vector<Share> DealOut(const ReleasedDivision& what) {
  std::vector<Share> shares(what.eligible.size());
  AtomSet taken;
  for (const std::size_t predicate : what.ascending) {
    Share& share = shares[predicate];
    share.atoms = what.eligible[predicate];
    share.atoms -= taken;
    taken |= share.atoms;
    share.devices = std::max(1.0, share.atoms.Weight(what.devices));
  }
  for (std::size_t predicate = 0; predicate < shares.size(); ++predicate) {
    Share& share = shares[predicate];
    share.demands = what.demands[predicate];
    share.requests = share.demands.size();
    share.supplies.assign(share.requests, share.devices);
  }
  return shares;
}

// Equal supplies keep the order in which they came, in both directions.
std::vector<std::size_t> Descending(const ReleasedDivision& what) {
  std::vector<double> supply(what.eligible.size());
  for (const std::size_t predicate : what.ascending) supply[predicate] = what.eligible[predicate].Weight(what.devices);
  std::vector<std::size_t> order(what.ascending.begin(), what.ascending.end());
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t predicate) { return supply[predicate]; });
  return order;
}

class VennReleased final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    const Supply& supply = seen.supply;
    const std::size_t predicates = supply.predicates();
    std::vector<std::vector<const OpenRequest*>> queues(predicates);
    for (const OpenRequest& request : seen.requests) queues[seen.JobOf(request).predicate].push_back(&request);

    std::vector<double> devices(supply.rates().begin(), supply.rates().end());
    const double total = supply.TotalRate();
    for (double& rate : devices) rate *= total > 0 ? kDevices / total : 0;
    std::vector<AtomSet> eligible(predicates);
    std::vector<std::vector<double>> demands(predicates);
    std::vector<std::size_t> ascending;
    for (std::size_t predicate = 0; predicate < predicates; ++predicate) {
      auto& queue = queues[predicate];
      // Ids of forgotten constraints name none.
      if (queue.empty()) continue;
      const auto id = static_cast<PredicateId>(predicate);
      eligible[predicate] = supply.Eligible(id);
      if (supply.Rate(id) > 0) ascending.push_back(predicate);
      std::ranges::sort(queue, {}, [](const OpenRequest* request) {
        return std::tuple(request->remaining, request->demand, request->job);
      });
      for (const OpenRequest* request : queue) demands[predicate].push_back(request->demand);
      std::ranges::sort(demands[predicate]);
    }
    std::ranges::stable_sort(ascending, {}, [&](std::size_t predicate) { return eligible[predicate].Weight(devices); });
    std::vector<AtomSet> shares = DivideAsReleased({devices, eligible, ascending, demands});

    Plan plan;
    for (std::size_t predicate = 0; predicate < predicates; ++predicate) {
      if (queues[predicate].empty()) continue;
      Group& group = plan.groups.emplace_back();
      group.first = std::move(shares[predicate]);
      group.only_first = true;
      for (const OpenRequest* request : queues[predicate]) group.order.push_back(request->job);
    }
    return plan;
  }
};

}  // namespace

std::vector<AtomSet> DivideAsReleased(const ReleasedDivision& what) {
  std::vector<Share> shares = DealOut(what);
  const std::vector<std::size_t> descending = Descending(what);
  for (std::size_t i = 0; i < descending.size(); ++i) {
    Share& share = shares[descending[i]];
    if (share.requests == 0 || share.devices == 0) {
      share.atoms = {};
      share.devices = 0;
      continue;
    }
    for (std::size_t next = i + 1; next < descending.size(); ++next) {
      Share& other = shares[descending[next]];
      if (other.requests == 0) {
        // Both keep them here; the other one has no request to serve with them.
        share.atoms |= other.atoms;
        share.devices += other.devices;
        continue;
      }
      const auto helped = static_cast<double>(Helped(share, other));
      if (other.devices == 0) break;
      if (helped / share.devices <= static_cast<double>(other.requests) / other.devices) break;
      TakeOver(share, other);
    }
  }
  std::vector<AtomSet> atoms;
  for (Share& share : shares) atoms.push_back(std::move(share.atoms));
  return atoms;
}

std::unique_ptr<Policy> MakeVennReleased() { return std::make_unique<VennReleased>(); }

}  // namespace propius
