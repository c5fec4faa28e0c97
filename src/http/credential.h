// The credential and the patience that a request states.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/server.h"

namespace propius {

// The text after `scheme` in the Authorization header; kUnauthenticated if there is none of that scheme.
Result<std::string> CredentialOf(const HttpRequest& request, std::string_view scheme);
// `wait` of the query: at most 60 s, 0 if absent.
Result<Duration> WaitOf(const HttpRequest& request);

}  // namespace propius
