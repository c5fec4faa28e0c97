// Problem documents (RFC 9457) and the statuses of our codes (docs/protocol.md).
#pragma once

#include "http/server.h"

namespace propius {

int StatusOf(Code code);
// With a status that says more than the code's own, such as 413.
HttpAnswer Problem(int status, const Error& error);

}  // namespace propius
