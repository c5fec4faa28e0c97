// How long an open round waits for its devices, if they go on coming as they did and nobody asks anew: every kind of
// device goes to the first job of the plan that it may take and that still has places, until the round in question is
// full.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "domain/ids.h"
#include "scheduling/policy.h"

namespace propius {

// A request that competes for devices.
struct Competitor {
  JobId job;
  PredicateId predicate = 0;
  std::uint32_t remaining = 0;
  double share = 1;  // of the devices that meet its needs, those that its terms let in
};

// `competitors` in ascending order of their jobs; `whose` is the index of the one that is asked about. `kinds`, by
// atom, are the attributes of a device of each: it stands for the others where a group admits by a constraint of its
// own. Nothing if no device comes for it, or not within a year.
std::optional<Duration> ExpectedWait(const Plan& plan, std::span<const Competitor> competitors, const Supply& supply,
                                     std::span<const Attributes> kinds, std::size_t whose);

}  // namespace propius
