// What headers of an HTTP answer say; names in lower case.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "fetch/fetch.h"

namespace propius {

// Empty where there is none.
inline std::string HeaderOf(const FetchAnswer& answer, const std::string& name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? "" : found->second;
}

// 0 where there is none, or no number in it.
template <typename Number = std::uint64_t>
Number NumberIn(const std::string& text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace propius
