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
#include "base/workers.h"
#include "scheduling/policy.h"

namespace propius {

// What configuration may set of a policy; each reads what it knows of.
struct PolicyOptions {
  std::uint32_t tiers = 1;                        // venn: 1 is no tier matching
  double fairness = 0;                            // venn: epsilon, 0 is none (venn.md 1.6)
  double ageing = 1;                              // fluid: 0 is strict priority
  std::uint32_t parts = 4;                        // partitioned: sub-problems
  std::string inner = "srsf";                     // partitioned: the policy of each part
  std::map<TenantId, double> tenant_shares = {};  // fair_share: 1 where absent
  Workers* workers = nullptr;                     // partitioned: solve its parts at the same time; outlive the policy
};

// Fails on a value that no policy can work with.
Status Validate(const PolicyOptions& options);

// "venn:tiers=3:fairness=2" is venn with these options, "fair_share:share.hospital=2" gives a tenant its share. Fails
// on an option that is unknown or given twice, and where Validate() does; which names there are, only a registry knows.
struct PolicyChoice {
  std::string name;
  PolicyOptions options;
};
Result<PolicyChoice> ParsePolicyChoice(std::string_view text);

class PolicyRegistry {
 public:
  using Factory = std::function<Result<std::unique_ptr<Policy>>(const PolicyOptions&)>;
  // Of a policy that is made of others.
  using CompoundFactory = std::function<Result<std::unique_ptr<Policy>>(const PolicyOptions&, const PolicyRegistry&)>;

  // The name must be new.
  void Add(std::string name, Factory factory);
  void AddCompound(std::string name, CompoundFactory factory);
  bool Has(const std::string& name) const { return factories_.contains(name); }
  // Fails on an unknown name and lists the known ones; fails where Validate() does, and on options that the policy
  // refuses.
  Result<std::unique_ptr<Policy>> Make(const std::string& name, const PolicyOptions& options = {}) const;
  std::vector<std::string> Names() const;
  const std::map<std::string, CompoundFactory>& factories() const { return factories_; }

 private:
  std::map<std::string, CompoundFactory> factories_;
};

void AddBuiltinPolicies(PolicyRegistry& registry);

}  // namespace propius
