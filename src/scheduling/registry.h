// Policies by the name that configuration gives them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scheduling/policy.h"

namespace propius {

// What configuration may set of a policy; each reads what it knows of.
struct PolicyOptions {
  std::uint32_t tiers = 1;                   // venn: 1 is no tier matching
  double fairness = 0;                       // venn: epsilon, 0 is none (venn.md 1.6)
  double ageing = 1;                         // fluid: 0 is strict priority
  std::uint32_t parts = 4;                   // partitioned: sub-problems
  std::string inner = "srsf";                // partitioned: the policy of each part
  std::map<TenantId, double> tenant_shares;  // fair_share: 1 where absent
};

// "venn:tiers=3:fairness=2" is venn with these options.
struct PolicyChoice {
  std::string name;
  PolicyOptions options;
};
Result<PolicyChoice> ParsePolicyChoice(std::string_view text);

class PolicyRegistry {
 public:
  using Factory = std::function<Result<std::unique_ptr<Policy>>(const PolicyOptions&)>;

  // The name must be new.
  void Add(std::string name, Factory factory);
  // Fails on an unknown name and lists the known ones; fails on options that the policy refuses.
  Result<std::unique_ptr<Policy>> Make(const std::string& name, const PolicyOptions& options = {}) const;
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, Factory> factories_;
};

void AddBuiltinPolicies(PolicyRegistry& registry);

}  // namespace propius
