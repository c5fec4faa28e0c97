#include "sdk/decide.h"

#include <algorithm>

#include "base/event.h"

namespace propius {

namespace sdk {

bool Meets(const AttributeMap& own, const AttributeMap& lower_bounds) {
  return std::ranges::all_of(lower_bounds, [&own](const auto& bound) {
    const auto found = own.find(bound.first);
    return found != own.end() && found->second >= bound.second;
  });
}

}  // namespace sdk

std::optional<std::size_t> DecideFirstMet(const std::vector<sdk::TaskOffer>& offers, const sdk::AttributeMap& own) {
  const auto chosen = std::ranges::find_if(
      offers, [&own](const sdk::TaskOffer& offer) { return sdk::Meets(own, offer.private_constraint); });
  if (chosen == offers.end()) return std::nullopt;
  return static_cast<std::size_t>(chosen - offers.begin());
}

std::optional<std::size_t> Decide(const sdk::DecideHook& decide, const std::vector<sdk::TaskOffer>& offers,
                                  const sdk::AttributeMap& own) {
  if (offers.empty()) return std::nullopt;
  if (!decide) return DecideFirstMet(offers, own);
  try {
    const std::optional<std::size_t> chosen = decide(offers, own);
    if (chosen && *chosen >= offers.size()) {
      Event(Severity::kWarning, "decision_ignored", {{"offers", offers.size()}, {"chosen", *chosen}});
      return std::nullopt;
    }
    return chosen;
  } catch (const std::exception& thrown) {
    Event(Severity::kWarning, "decision_failed", {{"reason", thrown.what()}});
    return std::nullopt;
  }
}

}  // namespace propius
