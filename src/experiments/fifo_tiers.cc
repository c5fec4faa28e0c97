#include "experiments/fifo_tiers.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "scheduling/policies/fifo.h"
#include "scheduling/policies/venn_tiers.h"

namespace propius {
namespace {

class FifoTiers final : public Policy {
 public:
  explicit FifoTiers(std::uint32_t tiers) : tiers_(tiers) {}

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    if (!seed_) seed_ = chance();
    Plan plan = fifo_->MakePlan(seen, chance);
    std::set<PredicateId> headed;
    for (const Group& group : plan.groups) {
      for (const JobId job : group.order) {
        const auto request = std::ranges::find(seen.requests, job, &OpenRequest::job);
        if (request == seen.requests.end() || !headed.insert(seen.JobOf(*request).predicate).second) continue;
        if (auto terms = TierOf(*request, seen.experience, tiers_, *seed_)) plan.terms.push_back(std::move(*terms));
      }
    }
    return plan;
  }

 private:
  const std::uint32_t tiers_;
  const std::unique_ptr<Policy> fifo_ = MakeFifo();
  std::optional<std::uint64_t> seed_;
};

}  // namespace

void AddFifoTiers(PolicyRegistry& policies) {
  policies.Add("fifo_tiers", [](const PolicyOptions& options) -> Result<std::unique_ptr<Policy>> {
    if (options.tiers < 1 || options.tiers > kMostTiers) {
      return Fail(Code::kInvalidArgument, "fifo_tiers: expected 1 to " + std::to_string(kMostTiers) + " tiers, got " +
                                              std::to_string(options.tiers));
    }
    return std::make_unique<FifoTiers>(options.tiers);
  });
}

}  // namespace propius
