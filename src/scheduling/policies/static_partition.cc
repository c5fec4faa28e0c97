#include "scheduling/policies/static_partition.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "scheduling/policies/fleet_cut.h"

namespace propius {
namespace {

constexpr double kGrowth = 1.25;  // of the devices known, to be cut again

double AtLeastOne(std::uint32_t demand) { return std::max<double>(demand, 1); }

// Indices of the jobs, the hardest to find devices for first: of those with the fewest, the one that wants the most.
std::vector<std::size_t> HardestFirst(const Snapshot& seen, std::span<const double> amounts) {
  std::vector<double> eligible;
  for (const KnownJob& job : seen.jobs) eligible.push_back(seen.supply.Eligible(job.predicate).Weight(amounts));
  std::vector<std::size_t> order(seen.jobs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::size_t job) {
    return std::pair(eligible[job], -static_cast<std::int64_t>(seen.jobs[job].demand));
  });
  return order;
}

// One round's devices of each job, as far as they are there; takes them out of `left`.
Allotments TakeDemands(const Snapshot& seen, std::span<const std::size_t> order, std::vector<double>& left) {
  std::vector<double> wanted(left.size());
  for (const KnownJob& job : seen.jobs) {
    seen.supply.Eligible(job.predicate).ForEach([&](AtomId atom) { wanted[atom] += AtLeastOne(job.demand); });
  }
  Allotments taken;
  for (const std::size_t index : order) {
    const KnownJob& job = seen.jobs[index];
    std::vector<AtomId> atoms;
    seen.supply.Eligible(job.predicate).ForEach([&](AtomId atom) { atoms.push_back(atom); });
    std::ranges::stable_sort(atoms, {}, [&](AtomId atom) { return wanted[atom]; });
    std::vector<Portion>& part = taken.emplace_back();
    double need = AtLeastOne(job.demand);
    for (const AtomId atom : atoms) {
      const double amount = std::min(left[atom], need);
      if (!(amount > 0)) continue;
      part.push_back({atom, amount});
      left[atom] -= amount;
      need -= amount;
    }
  }
  return taken;
}

void Add(std::vector<Portion>& portions, std::span<const Portion> more) {
  portions.insert(portions.end(), more.begin(), more.end());
  std::ranges::sort(portions, {}, &Portion::atom);
  std::vector<Portion> merged;
  for (const Portion& portion : portions) {
    if (!merged.empty() && merged.back().atom == portion.atom) {
      merged.back().amount += portion.amount;
    } else {
      merged.push_back(portion);
    }
  }
  portions = std::move(merged);
}

class StaticPartition final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    if (IsOver(seen)) Divide(seen);
    Plan plan;
    Group unseen;
    unseen.first = unseen_;
    unseen.only_first = true;
    std::vector<bool> open(seen.jobs.size());
    for (const OpenRequest& request : seen.requests) open[request.known] = true;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (!open[order_[i]]) continue;
      unseen.order.push_back(jobs_[order_[i]]);
      for (const Cut& cut : cuts_[i]) {
        Group& group = plan.groups.emplace_back();
        group.part = cut.part;
        group.first = cut.atoms;
        group.only_first = true;
        group.order = {jobs_[order_[i]]};
      }
    }
    plan.groups.push_back(std::move(unseen));
    return plan;
  }

 private:
  static double DevicesKnown(const Snapshot& seen) { return static_cast<double>(seen.census.Size()); }

  bool IsOver(const Snapshot& seen) const {
    return epoch_ != seen.supply.epoch() || atoms_ != seen.supply.atoms() || DevicesKnown(seen) >= enough_ ||
           !std::ranges::equal(jobs_, seen.jobs, {}, {}, &KnownJob::job);
  }

  void Divide(const Snapshot& seen) {
    std::vector<double> left = AmountsOf(seen.supply);
    const double devices = DevicesKnown(seen);
    if (devices > 0) {
      const double total = std::accumulate(left.begin(), left.end(), 0.0);
      for (double& amount : left) amount *= devices / total;
    }
    order_ = HardestFirst(seen, left);
    Allotments allotments = devices > 0 ? TakeDemands(seen, order_, left) : Allotments(order_.size());
    std::vector<Claimant> claims;
    for (const std::size_t index : order_) {
      const KnownJob& job = seen.jobs[index];
      claims.push_back({.eligible = &seen.supply.Eligible(job.predicate), .weight = AtLeastOne(job.demand)});
    }
    const Allotments rest = FillEvenly(claims, std::vector<double>{1.0}, left);
    for (std::size_t i = 0; i < rest.size(); ++i) Add(allotments[i], rest[i]);
    cuts_ = LayOut(allotments, left.size());

    jobs_.clear();
    for (const KnownJob& job : seen.jobs) jobs_.push_back(job.job);
    epoch_ = seen.supply.epoch();
    atoms_ = seen.supply.atoms();
    unseen_ = {};
    for (auto atom = static_cast<AtomId>(atoms_); atom < Supply::kMostAtoms; ++atom) unseen_.Add(atom);
    enough_ = std::max(1.0, devices * kGrowth);
  }

  // What the cut was made for.
  std::uint64_t epoch_ = 0;
  std::size_t atoms_ = 0;
  double enough_ = 0;  // devices known at which it is made again
  std::vector<JobId> jobs_;
  AtomSet unseen_;  // numbers of kinds that have not come yet

  std::vector<std::size_t> order_;      // into jobs_
  std::vector<std::vector<Cut>> cuts_;  // in this order
};

}  // namespace

std::unique_ptr<Policy> MakeStaticPartition() { return std::make_unique<StaticPartition>(); }

}  // namespace propius
