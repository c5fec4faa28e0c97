// The device's own decision on what it is offered; the only reader of private attributes.
#pragma once

#include <optional>
#include <vector>

#include "propius/client.h"

namespace propius {

// The index of the first offer whose private constraint is met.
std::optional<std::size_t> DecideFirstMet(const std::vector<sdk::TaskOffer>& offers, const sdk::AttributeMap& own);

// What `decide` (empty: DecideFirstMet) chooses; nothing if it throws or names no offer of the list.
std::optional<std::size_t> Decide(const sdk::DecideHook& decide, const std::vector<sdk::TaskOffer>& offers,
                                  const sdk::AttributeMap& own);

}  // namespace propius
