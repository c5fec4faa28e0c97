#include "replay/kinds.h"

#include <algorithm>
#include <map>
#include <string>

namespace propius {
namespace {

Status CollectPredicates(const Workload& workload, Kinds& kinds) {
  std::map<Constraint, std::uint32_t> known;
  const auto place = [&](const Constraint& needs) {
    const auto [entry, added] = known.emplace(needs, static_cast<std::uint32_t>(known.size()));
    if (added) kinds.predicates.push_back(needs);
    return entry->second;
  };
  if (workload.fleet.profiles.empty()) {
    for (int requirement = 1; requirement <= 4; ++requirement) place(ClassConstraint(requirement));
  }
  for (const ArrivingJob& job : workload.jobs) kinds.predicate_of_job.push_back(place(job.spec.needs));
  if (kinds.predicates.size() <= Kinds::kMostPredicates) return {};
  return Fail(Code::kInvalidArgument, "workload " + workload.name + ": expected jobs of at most " +
                                          std::to_string(Kinds::kMostPredicates) + " different needs, got " +
                                          std::to_string(kinds.predicates.size()));
}

std::uint64_t MeetsOf(const Attributes& device, const std::vector<Constraint>& predicates) {
  std::uint64_t meets = 0;
  for (std::size_t i = 0; i < predicates.size(); ++i) {
    if (predicates[i].Admits(device)) meets |= std::uint64_t{1} << i;
  }
  return meets;
}

}  // namespace

Result<Kinds> MakeKinds(const Workload& workload) {
  const Fleet& fleet = workload.fleet;
  const std::size_t places = fleet.profiles.empty() ? fleet.eligibility.size() : fleet.profiles.size();
  if (fleet.capacities.empty() || places == 0) {
    return Fail(Code::kInvalidArgument, "workload " + workload.name +
                                            ": expected capacities and eligibility (or profiles) of devices, got " +
                                            std::to_string(fleet.capacities.size()) + " and " + std::to_string(places));
  }
  Kinds kinds;
  if (Status fits = CollectPredicates(workload, kinds); !fits) return tl::unexpected(fits.error());
  // Devices that state different things but meet the same of what is asked for are one kind.
  std::map<std::uint64_t, KindId> known;
  for (std::size_t i = 0; i < places; ++i) {
    Attributes stated = fleet.profiles.empty() ? ClassAttributes(fleet.eligibility[i]) : fleet.profiles[i];
    const std::uint64_t meets = MeetsOf(stated, kinds.predicates);
    const auto [entry, added] = known.emplace(meets, static_cast<KindId>(kinds.meets.size()));
    if (added) {
      kinds.meets.push_back(meets);
      kinds.attributes.push_back(std::move(stated));
    }
    kinds.kind_of.push_back(entry->second);
  }
  return kinds;
}

}  // namespace propius
