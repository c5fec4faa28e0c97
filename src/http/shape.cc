#include "http/shape.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "http/problem.h"

namespace propius {
namespace {

constexpr int kPartialContent = 206;
constexpr int kNotModified = 304;
constexpr int kRangeNotSatisfiable = 416;

std::optional<std::uint64_t> Number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view Get(const std::map<std::string, std::string>& headers, const std::string& name) {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

// A cache that holds another version of the body wants the whole new one.
bool RangeApplies(const std::map<std::string, std::string>& request, const HttpAnswer& answer) {
  const std::string_view if_range = Get(request, "if-range");
  return Get(answer.headers, "Accept-Ranges") == "bytes" && request.contains("range") &&
         (if_range.empty() || if_range == Get(answer.headers, "ETag"));
}

}  // namespace

Result<ByteRange> ParseRange(std::string_view header, std::uint64_t total) {
  const auto ignored = [] { return Fail(Code::kNotFound, "range: expected bytes=first-last"); };
  const auto beyond = [&] {
    return Fail(Code::kOutOfRange, "range: expected one within " + std::to_string(total) + " bytes, got \"" +
                                       std::string(header.substr(0, 80)) + "\"");
  };
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return ignored();
  const std::string_view range = Trim(header.substr(kUnit.size()));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return ignored();
  const std::optional<std::uint64_t> first = Number(range.substr(0, dash));
  const std::optional<std::uint64_t> last = Number(range.substr(dash + 1));
  const bool from_first = dash > 0;
  const bool to_last = dash + 1 < range.size();
  if ((from_first && !first) || (to_last && !last) || (!from_first && !to_last)) return ignored();
  if (!from_first) {
    if (*last == 0 || total == 0) return beyond();
    const std::uint64_t size = std::min(*last, total);
    return ByteRange{total - size, size};
  }
  if (to_last && *last < *first) return ignored();
  if (*first >= total) return beyond();
  const std::uint64_t end = to_last ? std::min(*last, total - 1) : total - 1;
  return ByteRange{*first, end - *first + 1};
}

bool MatchesEtag(std::string_view if_none_match, std::string_view etag) {
  const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  std::string_view rest = if_none_match;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    const std::string_view tag = Trim(item);
    if (tag == "*" || (!tag.empty() && opaque(tag) == opaque(etag))) return true;
  }
  return false;
}

ByteRange ShapeAnswer(std::string_view method, const std::map<std::string, std::string>& request, HttpAnswer& answer) {
  const ByteRange whole{0, answer.body == nullptr ? 0 : answer.body->size()};
  const bool reads = method == "GET" || method == "HEAD";
  if (!reads || answer.status != 200) return whole;
  const std::string_view etag = Get(answer.headers, "ETag");
  if (!etag.empty() && MatchesEtag(Get(request, "if-none-match"), etag)) {
    answer.status = kNotModified;
    answer.body = nullptr;
    answer.headers.erase("Content-Type");
    return {};
  }
  if (method != "GET" || !RangeApplies(request, answer)) return whole;
  const Result<ByteRange> range = ParseRange(Get(request, "range"), whole.size);
  if (range) {
    answer.status = kPartialContent;
    answer.headers["Content-Range"] = "bytes " + std::to_string(range->offset) + "-" +
                                      std::to_string(range->offset + range->size - 1) + "/" +
                                      std::to_string(whole.size);
    return *range;
  }
  if (range.error().code != Code::kOutOfRange) return whole;
  answer = Problem(kRangeNotSatisfiable, range.error());
  answer.headers["Content-Range"] = "bytes */" + std::to_string(whole.size);
  return {0, answer.body->size()};
}

}  // namespace propius
