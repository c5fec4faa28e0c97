// Which bytes may stand where in TOML, before a parser sees them: toml++ 3.3 breaks on some that may not.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace propius {

// The line, from 1, of the first byte outside of comments and strings that is not printable ASCII, a tab or a line end.
std::optional<std::size_t> FindStrayByte(std::string_view text);

}  // namespace propius
