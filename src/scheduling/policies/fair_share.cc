#include "scheduling/policies/fair_share.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduling/policies/fleet_cut.h"

namespace propius {
namespace {

constexpr double kCut = 0.9;  // of each kind of device; the rest goes to who is behind

struct Tenant {
  double share = 1;
  double service = 0;  // devices given to its unfinished jobs
};

class FairShare final : public Policy {
 public:
  explicit FairShare(std::map<TenantId, double> shares) : shares_(std::move(shares)) {}

  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    const std::map<TenantId, Tenant> tenants = Tenants(seen);
    Plan plan;
    AddParts(seen, tenants, plan);
    AddTheRest(seen, tenants, plan);
    return plan;
  }

 private:
  std::map<TenantId, Tenant> Tenants(const Snapshot& seen) const {
    std::map<TenantId, Tenant> tenants;
    for (const KnownJob& job : seen.jobs) {
      const auto [tenant, added] = tenants.try_emplace(job.tenant);
      const auto share = shares_.find(job.tenant);
      if (added && share != shares_.end()) tenant->second.share = share->second;
      tenant->second.service += static_cast<double>(job.attained_service);
    }
    return tenants;
  }

  static void AddParts(const Snapshot& seen, const std::map<TenantId, Tenant>& tenants, Plan& plan) {
    std::map<TenantId, std::size_t> family_of;
    std::vector<double> families;
    for (const auto& [name, tenant] : tenants) {
      family_of.emplace(name, families.size());
      families.push_back(tenant.share);
    }
    std::vector<Claimant> claims;
    for (const OpenRequest& request : seen.requests) {
      const KnownJob& job = seen.JobOf(request);
      claims.push_back(
          {.eligible = &seen.supply.Eligible(job.predicate), .weight = job.share, .family = family_of.at(job.tenant)});
    }
    const std::vector<double> amounts = AmountsOf(seen.supply);
    const auto cuts = LayOut(FillEvenly(claims, families, amounts), amounts.size());
    // A function of the time, so that equal inputs give equal plans.
    const double turn = Rng(static_cast<std::uint64_t>(ToMicros(seen.now))).Uniform();
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      for (const Cut& cut : cuts[i]) AddPart(cut, turn, seen.requests[i].job, plan);
    }
  }

  // The cut, turned around the ring of hashes; in two pieces if it comes to lie over its end.
  static void AddPart(const Cut& cut, double turn, JobId job, Plan& plan) {
    const double from = turn + kCut * cut.part.from;
    const double to = turn + kCut * cut.part.to;
    const auto add = [&](FleetPart part) {
      if (part.from >= part.to) return;
      Group& group = plan.groups.emplace_back();
      group.part = part;
      group.first = cut.atoms;
      group.only_first = true;
      group.order = {job};
    };
    if (from >= 1) return add({from - 1, to - 1});
    add({from, std::min(to, 1.0)});
    add({0, to - 1});
  }

  static void AddTheRest(const Snapshot& seen, const std::map<TenantId, Tenant>& tenants, Plan& plan) {
    using Rank = std::tuple<double, std::string_view, double, Time, JobId>;
    std::vector<Rank> ranking;
    for (const OpenRequest& request : seen.requests) {
      const KnownJob& job = seen.JobOf(request);
      const Tenant& tenant = tenants.at(job.tenant);
      ranking.emplace_back(tenant.service / tenant.share, job.tenant,
                           static_cast<double>(job.attained_service) / job.share, request.requested_at, job.job);
    }
    std::ranges::sort(ranking);
    Group& everyone = plan.groups.emplace_back();
    for (const Rank& rank : ranking) everyone.order.push_back(std::get<JobId>(rank));
  }

  const std::map<TenantId, double> shares_;
};

}  // namespace

std::unique_ptr<Policy> MakeFairShare(std::map<TenantId, double> tenant_shares) {
  return std::make_unique<FairShare>(std::move(tenant_shares));
}

}  // namespace propius
