#include "scheduling/registry.h"

#include <utility>

#include "base/check.h"
#include "base/quote.h"
#include "scheduling/policies/fair_share.h"
#include "scheduling/policies/fifo.h"
#include "scheduling/policies/fluid.h"
#include "scheduling/policies/las.h"
#include "scheduling/policies/partitioned.h"
#include "scheduling/policies/random.h"
#include "scheduling/policies/random_per_device.h"
#include "scheduling/policies/srsf.h"
#include "scheduling/policies/srsf_total.h"
#include "scheduling/policies/static_partition.h"
#include "scheduling/policies/venn.h"
#include "scheduling/policies/venn_released.h"

namespace propius {
namespace {

constexpr std::string_view kPartitioned = "partitioned";

Result<std::unique_ptr<Policy>> MakeParts(const PolicyOptions& options, const PolicyRegistry& others) {
  if (options.inner == kPartitioned) {
    return Fail(Code::kInvalidArgument, "policy partitioned: inner: expected another policy, got \"partitioned\"");
  }
  std::vector<std::unique_ptr<Policy>> parts;
  for (std::uint32_t i = 0; i < options.parts; ++i) {
    auto inner = others.Make(options.inner, options);
    if (!inner) return Fail(inner.error().code, "policy partitioned: inner " + inner.error().message);
    parts.push_back(*std::move(inner));
  }
  return MakePartitioned(std::move(parts), options.workers);
}

}  // namespace

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
  registry.Add("fair_share", [](const PolicyOptions& options) { return MakeFairShare(options.tenant_shares); });
  registry.Add("fifo", [](const PolicyOptions&) { return MakeFifo(); });
  registry.Add("fluid", [](const PolicyOptions& options) -> Result<std::unique_ptr<Policy>> {
    Result<std::unique_ptr<Policy>> venn = MakeVenn({.tiers = options.tiers, .fairness = options.fairness});
    if (!venn) return venn;
    return MakeFluid({.ageing = options.ageing}, std::move(*venn));
  });
  registry.Add("las", [](const PolicyOptions&) { return MakeLas(); });
  registry.AddCompound(std::string(kPartitioned), MakeParts);
  registry.Add("random", [](const PolicyOptions&) { return MakeRandom(); });
  registry.Add("random_per_device", [](const PolicyOptions&) { return MakeRandomPerDevice(); });
  registry.Add("srsf", [](const PolicyOptions&) { return MakeSrsf(); });
  registry.Add("srsf_total", [](const PolicyOptions&) { return MakeSrsfTotal(); });
  registry.Add("static_partition", [](const PolicyOptions&) { return MakeStaticPartition(); });
  registry.Add("venn", [](const PolicyOptions& options) {
    return MakeVenn({.tiers = options.tiers, .fairness = options.fairness});
  });
  registry.Add("venn_released", [](const PolicyOptions&) { return MakeVennReleased(); });
}

}  // namespace propius
