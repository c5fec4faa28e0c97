#include "dataplane/segment_check.h"

#include <algorithm>

namespace propius {
namespace {

constexpr std::size_t kMaxReason = 32;
// Weights are summed in floating point, in another order than here.
constexpr double kRounding = 1 + 1e-9;

bool PlainReason(std::string_view reason) {
  return !reason.empty() && reason.size() <= kMaxReason && std::ranges::all_of(reason, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

tl::unexpected<Error> Bad(const Segment& segment, const std::string& what) {
  return Fail(Code::kInvalidArgument, Show(segment.round) + " group " + std::to_string(segment.group.value) +
                                          " segment " + std::to_string(segment.number) + " of " + segment.node + ": " +
                                          what);
}

}  // namespace

Status CheckSegment(const Segment& segment, const RoundTerms& terms) {
  if (segment.number == 0) return Bad(segment, "expected a number from 1, got 0");
  const std::size_t highest =
      std::max({segment.slots.End(), segment.late.End(),
                segment.rejected.empty() ? std::size_t{0} : std::size_t{segment.rejected.rbegin()->first} + 1});
  if (highest > terms.max_slots) {
    return Bad(segment,
               "expected slots below " + std::to_string(terms.max_slots) + ", got slot " + std::to_string(highest - 1));
  }
  for (const auto& [slot, reason] : segment.rejected) {
    if (!PlainReason(reason)) {
      return Bad(segment, "expected a reason of at most 32 of a-z, 0-9 and _ for slot " + std::to_string(slot) +
                              ", got one of " + std::to_string(reason.size()) + " characters");
    }
  }
  const bool has_partial = segment.partial && !segment.partial->empty();
  if (has_partial == segment.slots.Empty()) {
    return Bad(segment, "expected a partial exactly if there are slots, got " + std::to_string(segment.slots.Count()) +
                            " slots and " + std::to_string(segment.partial ? segment.partial->size() : 0) + " bytes");
  }
  return {};
}

Status CheckPartial(const Segment& segment, const RoundTerms& terms, const Reducer& partial) {
  const std::size_t slots = segment.slots.Count();
  if (partial.count() != slots) {
    return Bad(segment, "expected a partial of " + std::to_string(slots) + " updates, got one of " +
                            std::to_string(partial.count()));
  }
  const double limit = static_cast<double>(slots) * terms.max_weight * kRounding;
  if (!(partial.total_weight() > 0 && partial.total_weight() <= limit)) {
    return Bad(segment, "expected a weight over 0 and at most " + std::to_string(limit) + ", got " +
                            std::to_string(partial.total_weight()));
  }
  return {};
}

}  // namespace propius
