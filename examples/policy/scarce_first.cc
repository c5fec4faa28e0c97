// Serves the job with the rarest devices first, so that a picky job is not starved by one that could have used almost
// anybody. Among equals, the older job goes first.
#include <memory>
#include <utility>

#include "scheduling/policies/ranking.h"
#include "scheduling/policy_plugin.h"

namespace {

class ScarceFirst final : public propius::Policy {
 public:
  propius::Plan MakePlan(const propius::Snapshot& seen, propius::Rng& /*chance*/) override {
    return propius::RankEveryone(seen, [&](const propius::OpenRequest& request) {
      const propius::KnownJob& job = seen.JobOf(request);
      return std::pair(seen.supply.Rate(job.predicate), job.registered_at);
    });
  }
};

}  // namespace

PROPIUS_POLICY_PLUGIN(registry) {
  registry.Add("scarce_first", [](const propius::PolicyOptions&) { return std::make_unique<ScarceFirst>(); });
}
