// Policies by the name that configuration gives them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "scheduling/policy.h"

namespace propius {

class PolicyRegistry {
 public:
  using Factory = std::function<std::unique_ptr<Policy>()>;

  // The name must be new.
  void Add(std::string name, Factory factory);
  // Fails on an unknown name and lists the known ones.
  Result<std::unique_ptr<Policy>> Make(const std::string& name) const;
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, Factory> factories_;
};

void AddBuiltinPolicies(PolicyRegistry& registry);

}  // namespace propius
