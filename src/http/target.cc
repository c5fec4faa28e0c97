#include "http/target.h"

#include <charconv>

namespace propius {
namespace {

constexpr std::size_t kShownBytes = 80;

tl::unexpected<Error> Refuse(std::string_view expected, std::string_view text) {
  return Fail(Code::kInvalidArgument, "request target: expected " + std::string(expected) + ", got \"" +
                                          std::string(text.substr(0, kShownBytes)) + "\"");
}

Result<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) {
      return Refuse("two hex digits after each %", text);
    }
    decoded.push_back(static_cast<char>(byte));
    i += 2;
  }
  return decoded;
}

Result<std::map<std::string, std::string>> ParseQuery(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const Result<std::string> key = PercentDecode(pair.substr(0, equals));
    if (!key) return tl::unexpected(key.error());
    const Result<std::string> value = PercentDecode(pair.substr(std::min(pair.size(), equals + 1)));
    if (!value) return tl::unexpected(value.error());
    if (!query.emplace(*key, *value).second) return Refuse("each query key once", *key);
  }
  return query;
}

}  // namespace

Result<Target> ParseTarget(std::string_view text) {
  std::string_view rest = text;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!rest.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    rest.remove_prefix(std::min(rest.size(), rest.find_first_of("/?")));
  }
  if (!rest.starts_with('/')) return Refuse("a path", text);
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  const Result<std::string> path = PercentDecode(rest.substr(0, mark));
  if (!path) return tl::unexpected(path.error());
  Result<std::map<std::string, std::string>> query = ParseQuery(rest.substr(std::min(rest.size(), mark + 1)));
  if (!query) return tl::unexpected(query.error());
  return Target{*path, *std::move(query)};
}

}  // namespace propius
