// The HTTP data plane of one node: translates a call, hops to the node's runtime, answers (docs/protocol.md).
#pragma once

#include "base/runtime.h"
#include "dataplane/node.h"
#include "http/server.h"

namespace propius {

// `node` and `runtime` must outlive the server that the handler is given to. `plan_ttl`: how long others may keep a
// plan, the same as the node's own cache keeps it.
HttpHandler MakeDataPlane(Runtime& runtime, Node& node, Duration plan_ttl = PlanCacheOptions{}.ttl);

// The gate of that server: no body is read of whom this site has given no credential for the place, nor more than its
// ticket allows. `node` must outlive the server.
HttpGate MakeDataPlaneGate(const Node& node);

}  // namespace propius
