#include "scheduling/registry.h"

#include <utility>

#include "base/check.h"
#include "scheduling/policies/fifo.h"
#include "scheduling/policies/random.h"
#include "scheduling/policies/srsf.h"

namespace propius {

void PolicyRegistry::Add(std::string name, Factory factory) {
  CHECK(factories_.emplace(std::move(name), std::move(factory)).second);
}

Result<std::unique_ptr<Policy>> PolicyRegistry::Make(const std::string& name, const PolicyOptions& options) const {
  const auto found = factories_.find(name);
  if (found != factories_.end()) return found->second(options);
  std::string known;
  for (const auto& [each, factory] : factories_) known += (known.empty() ? "" : ", ") + each;
  return Fail(Code::kInvalidArgument, "policy: expected one of " + known + ", got \"" + name.substr(0, 80) + "\"");
}

std::vector<std::string> PolicyRegistry::Names() const {
  std::vector<std::string> names;
  names.reserve(factories_.size());
  for (const auto& [name, factory] : factories_) names.push_back(name);
  return names;
}

void AddBuiltinPolicies(PolicyRegistry& registry) {
  registry.Add("fifo", [](const PolicyOptions&) { return MakeFifo(); });
  registry.Add("random", [](const PolicyOptions&) { return MakeRandom(); });
  registry.Add("srsf", [](const PolicyOptions&) { return MakeSrsf(); });
}

}  // namespace propius
