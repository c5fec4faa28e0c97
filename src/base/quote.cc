#include "base/quote.h"

namespace propius {
namespace {

constexpr std::size_t kMaxShown = 80;
constexpr std::string_view kHexDigits = "0123456789abcdef";

}  // namespace

std::string Quote(std::string_view foreign) {
  std::string text = "\"";
  for (const char c : foreign.substr(0, kMaxShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      text.push_back(c);
    } else if (c == '"' || c == '\\') {
      text.append({'\\', c});
    } else {
      text.append({'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 15]});
    }
  }
  if (foreign.size() > kMaxShown) text += "...";
  text.push_back('"');
  return text;
}

}  // namespace propius
