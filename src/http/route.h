// Which place of the data plane a path names (docs/protocol.md).
#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/round.h"

namespace propius {

enum class Place { kRoundPlan, kPlan, kUpdates, kAggregate, kClose, kClaims, kSegments, kCommits, kParameters };

struct Route {
  Place place = Place::kPlan;
  RoundKey round;  // of kRoundPlan, kUpdates, kAggregate, kClose; only its job of kCommits and kParameters
  Digest digest;   // of kPlan
};

// kNotFound for a path of no place, kInvalidArgument for a number or a digest that is none.
Result<Route> ParseRoute(std::string_view path);
// In metrics: "plan", "updates", …
std::string_view NameOf(Place place);
// The methods of a place as an Allow header lists them; HEAD goes where GET goes.
std::string_view MethodsOf(Place place);
bool Allows(Place place, std::string_view method);

}  // namespace propius
