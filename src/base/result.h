// How a failure that a healthy program can meet travels: as a value.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace propius {

// A subset of gRPC's codes; wire/status.cc and http map them.
enum class Code {
  kInvalidArgument,
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,
  kUnauthenticated,
  kFailedPrecondition,
  kResourceExhausted,
  kOutOfRange,
  kAborted,
  kUnavailable,
  kDeadlineExceeded,
  kDataLoss,
  kInternal,
};

// "invalid_argument", …
std::string_view CodeName(Code code);

// The message says what was expected, what came, and where.
struct Error {
  Code code = Code::kInternal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> Fail(Code code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// What an asynchronous call runs when it has its answer: exactly once, on the runtime of the object called.
template <typename T>
using Done = std::function<void(Result<T>)>;

}  // namespace propius
