// The credential and the patience that a request states.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/server.h"

namespace propius {

// The text after `scheme` in an Authorization header ("": there is none); kUnauthenticated if it is of another.
Result<std::string> CredentialOf(std::string_view authorization, std::string_view scheme);
Result<std::string> CredentialOf(const HttpRequest& request, std::string_view scheme);
// `wait` of the query: at most 60 s, 0 if absent.
Result<Duration> WaitOf(const HttpRequest& request);

}  // namespace propius
