// What a call of the Propius libraries answers when it fails.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace propius::sdk {

// `code` is gRPC's, in lower case: "invalid_argument", "not_found", "unavailable", …
struct Error {
  std::string code;
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

}  // namespace propius::sdk
