// The target of a request line, decoded.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace propius {

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};

// Reads "/path?a=1&b=2" or the same after "http://host". Fails on a bad percent sign, a key given twice, and any target
// without a path.
Result<Target> ParseTarget(std::string_view text);

}  // namespace propius
