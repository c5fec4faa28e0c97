#include "aggregation/options.h"

#include <algorithm>

#include "base/quote.h"

namespace propius {

Status CheckOptions(const ReducerSpec& spec, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : spec.options) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string names;
    for (const std::string_view option : known) names += (names.empty() ? "" : ", ") + std::string(option);
    return Fail(Code::kInvalidArgument, "reducer " + spec.name + ": expected " +
                                            (names.empty() ? "no options" : "only the options " + names) + ", got " +
                                            Quote(name));
  }
  return {};
}

}  // namespace propius
