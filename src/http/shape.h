// What of an answer goes over the wire: conditions (RFC 9110 section 13) and byte ranges (section 14).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "http/server.h"

namespace propius {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// The range that a Range header asks of `total` bytes. kNotFound if it asks for none that we serve (another unit,
// several ranges, malformed): the whole is the answer; kOutOfRange if it lies beyond the end.
Result<ByteRange> ParseRange(std::string_view header, std::uint64_t total);
// Weak comparison with each tag of an If-None-Match header, or "*".
bool MatchesEtag(std::string_view if_none_match, std::string_view etag);

// Turns a 200 to a GET or HEAD into 304, 206 or 416 where `request` asks for it. The part of the body to send; of a
// HEAD, what a GET would be sent.
ByteRange ShapeAnswer(std::string_view method, const std::map<std::string, std::string>& request, HttpAnswer& answer);

}  // namespace propius
