// CHECK ends the process on a broken invariant; it stays on in release builds and is never reachable from input.
#pragma once

namespace propius::detail {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace propius::detail

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::propius::detail::CheckFailed(#condition, __FILE__, __LINE__))
