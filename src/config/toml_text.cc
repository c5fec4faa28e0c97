#include "config/toml_text.h"

#include <algorithm>

namespace propius {
namespace {

// The length of the comment or string that begins here, up to but not including the line end of a one-line one; 0 if
// none begins.
std::size_t QuotedLength(std::string_view text) {
  const char first = text.front();
  if (first == '#') return std::min(text.find('\n'), text.size());
  if (first != '"' && first != '\'') return 0;
  const bool long_form = text.size() >= 3 && text[1] == first && text[2] == first;
  const std::string_view end = text.substr(0, long_form ? 3 : 1);
  for (std::size_t i = end.size(); i < text.size(); ++i) {
    if (text.substr(i).starts_with(end)) return i + end.size();
    if (!long_form && text[i] == '\n') return i;
    if (first == '"' && text[i] == '\\') ++i;
  }
  return text.size();
}

bool IsPlain(char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::optional<std::size_t> FindStrayByte(std::string_view text) {
  std::size_t line = 1;
  while (!text.empty()) {
    const std::size_t quoted = QuotedLength(text);
    if (quoted == 0 && !IsPlain(text.front())) return line;
    const std::size_t step = std::max<std::size_t>(quoted, 1);
    line += static_cast<std::size_t>(std::ranges::count(text.substr(0, step), '\n'));
    text.remove_prefix(std::min(step, text.size()));
  }
  return std::nullopt;
}

}  // namespace propius
