// Devices by what they meet: all that a scheduler without interest in speed can tell apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "workload/workload.h"

namespace propius {

using KindId = std::uint32_t;

struct Kinds {
  static constexpr std::size_t kMostPredicates = 64;

  // What the jobs need, each once. In a fleet with classes the four classes come first, whether a job needs them or
  // not, for the released rules divide the supply by all of them.
  std::vector<Constraint> predicates;
  std::vector<std::uint32_t> predicate_of_job;  // by place in the job list

  std::vector<KindId> kind_of;         // by place in Fleet::eligibility, or Fleet::profiles
  std::vector<std::uint64_t> meets;    // by kind: bit p says that it meets predicate p
  std::vector<Attributes> attributes;  // by kind: what its devices state

  bool Meets(KindId kind, std::size_t predicate) const { return ((meets[kind] >> predicate) & 1U) != 0; }
};

// Fails on a fleet without devices and on more predicates than fit.
Result<Kinds> MakeKinds(const Workload& workload);

}  // namespace propius
