// Foreign text in messages: what came may be long, binary, or not UTF-8, and a message goes to logs and JSON.
#pragma once

#include <string>
#include <string_view>

namespace propius {

// In double quotes; bytes other than printable ASCII as \xNN; at most 80 bytes of it, then "...".
std::string Quote(std::string_view foreign);

}  // namespace propius
