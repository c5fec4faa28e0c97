// What nodes of the aggregation tree say to each other over HTTP, as text and back (docs/protocol.md, between nodes).
#pragma once

#include <string>
#include <string_view>

#include "dataplane/uplink.h"

namespace propius {

std::string ToJson(const ClaimRequest& claim);
Result<ClaimRequest> ClaimFromJson(std::string_view text);

std::string ToJson(const ClaimGrant& grant);
Result<ClaimGrant> GrantFromJson(std::string_view text);

// Of a segment's JSON: enough for every slot of the largest bitmaps, and little enough to be read whole.
inline constexpr std::size_t kMaxSegmentText = std::size_t{8} << 20;

// Eight bytes with the little-endian length of a JSON text, that text, the partial.
std::string ToBody(const Segment& segment);
// kDataLoss if the partial does not have the digest that the text names, kInvalidArgument for anything else.
Result<Segment> SegmentFromBody(std::string_view body);

std::string ToJson(SegmentVerdict verdict);
Result<SegmentVerdict> VerdictFromJson(std::string_view text);

}  // namespace propius
