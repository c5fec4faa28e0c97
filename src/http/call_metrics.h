// What the nodes of a data plane are asked, as metrics.
#pragma once

#include <string>

#include "base/metrics.h"
#include "http/server.h"

namespace propius {

// Both count into propius_http_requests_total by node, call (the place of the path: "updates", "commits", …; "none" for
// a path of no place), method ("other" if the place has it not) and status; the handler also what bodies it got. A call
// that the gate refuses does not come to the handler. `metrics` must outlive the server.
HttpHandler Counted(Metrics& metrics, const std::string& node, HttpHandler handler);
HttpGate Counted(Metrics& metrics, const std::string& node, HttpGate gate);

}  // namespace propius
