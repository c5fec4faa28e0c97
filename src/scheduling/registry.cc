#include "scheduling/registry.h"

#include <utility>

#include "base/check.h"
#include "base/quote.h"
#include "scheduling/policies/fifo.h"
#include "scheduling/policies/fluid.h"
#include "scheduling/policies/random.h"
#include "scheduling/policies/srsf.h"
#include "scheduling/policies/venn.h"
#include "scheduling/policies/venn_released.h"

namespace propius {

void PolicyRegistry::Add(std::string name, Factory factory) {
  AddCompound(std::move(name), [factory = std::move(factory)](const PolicyOptions& options, const PolicyRegistry&) {
    return factory(options);
  });
}

void PolicyRegistry::AddCompound(std::string name, CompoundFactory factory) {
  CHECK(factories_.emplace(std::move(name), std::move(factory)).second);
}

Result<std::unique_ptr<Policy>> PolicyRegistry::Make(const std::string& name, const PolicyOptions& options) const {
  const auto found = factories_.find(name);
  if (found != factories_.end()) {
    if (const Status status = Validate(options); !status) return tl::unexpected(status.error());
    return found->second(options, *this);
  }
  std::string known;
  for (const auto& [each, factory] : factories_) known += (known.empty() ? "" : ", ") + each;
  return Fail(Code::kInvalidArgument, "policy: expected one of " + known + ", got " + Quote(name));
}

std::vector<std::string> PolicyRegistry::Names() const {
  std::vector<std::string> names;
  names.reserve(factories_.size());
  for (const auto& [name, factory] : factories_) names.push_back(name);
  return names;
}

void AddBuiltinPolicies(PolicyRegistry& registry) {
  registry.Add("fifo", [](const PolicyOptions&) { return MakeFifo(); });
  registry.Add("fluid", [](const PolicyOptions& options) -> Result<std::unique_ptr<Policy>> {
    Result<std::unique_ptr<Policy>> venn = MakeVenn({.tiers = options.tiers, .fairness = options.fairness});
    if (!venn) return venn;
    return MakeFluid({.ageing = options.ageing}, std::move(*venn));
  });
  registry.Add("random", [](const PolicyOptions&) { return MakeRandom(); });
  registry.Add("srsf", [](const PolicyOptions&) { return MakeSrsf(); });
  registry.Add("venn", [](const PolicyOptions& options) {
    return MakeVenn({.tiers = options.tiers, .fairness = options.fairness});
  });
  registry.Add("venn_released", [](const PolicyOptions&) { return MakeVennReleased(); });
}

}  // namespace propius
