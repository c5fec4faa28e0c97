#include "scheduling/policies/venn_groups.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace propius {

VennGroups GroupByDevices(const Snapshot& seen) {
  constexpr std::uint32_t kUnseen = ~std::uint32_t{0};
  const std::span<const double> rates = seen.supply.rates();

  std::vector<std::pair<double, PredicateId>> predicates;
  std::vector<std::uint32_t> group_of_predicate(seen.supply.predicates(), kUnseen);
  for (const OpenRequest& request : seen.requests) {
    const PredicateId predicate = seen.JobOf(request).predicate;
    if (group_of_predicate[predicate] != kUnseen) continue;
    group_of_predicate[predicate] = 0;
    predicates.emplace_back(seen.supply.Eligible(predicate).Weight(rates), predicate);
  }
  std::ranges::sort(predicates);

  VennGroups found;
  std::size_t equally_scarce = 0;  // where the groups begin that have the supply of the latest one
  for (const auto& [supply, predicate] : predicates) {
    const AtomSet& eligible = seen.supply.Eligible(predicate);
    if (found.groups.empty() || found.groups.back().supply != supply) equally_scarce = found.groups.size();
    std::size_t group = equally_scarce;
    while (group < found.groups.size() && *found.groups[group].eligible != eligible) ++group;
    if (group == found.groups.size()) found.groups.push_back({&eligible, supply});
    group_of_predicate[predicate] = static_cast<std::uint32_t>(group);
  }

  found.group_of.reserve(seen.requests.size());
  for (const OpenRequest& request : seen.requests) {
    found.group_of.push_back(group_of_predicate[seen.JobOf(request).predicate]);
  }
  return found;
}

}  // namespace propius
