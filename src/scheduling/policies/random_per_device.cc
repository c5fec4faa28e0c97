#include "scheduling/policies/random_per_device.h"

namespace propius {
namespace {

class RandomPerDevice final : public Policy {
 public:
  Plan MakePlan(const Snapshot& seen, Rng& /*chance*/) override {
    Plan plan;
    Group& everyone = plan.groups.emplace_back();
    everyone.draw_one = true;
    everyone.order.reserve(seen.jobs.size());
    for (const KnownJob& job : seen.jobs) everyone.order.push_back(job.job);
    return plan;
  }
};

}  // namespace

std::unique_ptr<Policy> MakeRandomPerDevice() { return std::make_unique<RandomPerDevice>(); }

}  // namespace propius
