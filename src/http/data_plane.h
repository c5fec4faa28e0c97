// The HTTP data plane of one node: translates a call, hops to the node's runtime, answers (docs/protocol.md).
#pragma once

#include "base/runtime.h"
#include "dataplane/node.h"
#include "http/server.h"

namespace propius {

// `node` and `runtime` must outlive the server that the handler is given to.
HttpHandler MakeDataPlane(Runtime& runtime, Node& node);

}  // namespace propius
