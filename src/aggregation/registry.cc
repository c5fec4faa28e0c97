#include "aggregation/registry.h"

#include "aggregation/reducers/sum.h"
#include "aggregation/reducers/weighted_mean.h"
#include "base/check.h"
#include "base/quote.h"

namespace propius {

void ReducerRegistry::Add(std::string name, Factory factory) {
  CHECK(factories_.try_emplace(std::move(name), std::move(factory)).second);
}

Result<std::unique_ptr<Reducer>> ReducerRegistry::Make(const ReducerSpec& spec, const Manifest& manifest) const {
  const auto found = factories_.find(spec.name);
  if (found != factories_.end()) return found->second(spec, manifest);
  std::string names;
  for (const auto& [name, factory] : factories_) names += (names.empty() ? "" : ", ") + name;
  return Fail(Code::kInvalidArgument, "reducer: expected one of " + names + ", got " + Quote(spec.name));
}

std::vector<std::string> ReducerRegistry::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, factory] : factories_) names.push_back(name);
  return names;
}

void AddBuiltinReducers(ReducerRegistry& registry) {
  registry.Add("sum", MakeSum);
  registry.Add("weighted_mean", MakeWeightedMean);
}

}  // namespace propius
