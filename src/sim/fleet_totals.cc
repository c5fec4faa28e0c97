#include "sim/fleet_totals.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace propius {
namespace {

class ToldPolicy final : public Policy {
 public:
  ToldPolicy(std::unique_ptr<Policy> policy, std::function<ToldRounds(JobId)> told)
      : policy_(std::move(policy)), told_(std::move(told)) {}

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    jobs_.assign(seen.jobs.begin(), seen.jobs.end());
    for (KnownJob& job : jobs_) {
      const ToldRounds told = told_(job.job);
      job.rounds = told.wanted;
      job.rounds_done = told.done;
      job.total_demand =
          job.attained_service + std::uint64_t{told.wanted - std::min(told.wanted, told.done)} * job.demand;
    }
    return policy_->MakePlan({.now = seen.now,
                              .jobs = jobs_,
                              .requests = seen.requests,
                              .census = seen.census,
                              .supply = seen.supply,
                              .experience = seen.experience},
                             chance);
  }

 private:
  std::unique_ptr<Policy> policy_;
  std::function<ToldRounds(JobId)> told_;
  std::vector<KnownJob> jobs_;
};

}  // namespace

std::unique_ptr<Policy> MakeToldPolicy(std::unique_ptr<Policy> policy, std::function<ToldRounds(JobId)> told) {
  return std::make_unique<ToldPolicy>(std::move(policy), std::move(told));
}

}  // namespace propius
