// The control plane, as a root reaches it over gRPC.
#pragma once

#include <memory>
#include <string>

#include "base/runtime.h"
#include "dataplane/control_link.h"
#include "domain/ticket.h"

namespace propius {

// `target` is host:port. Answers come on `runtime`.
std::unique_ptr<ControlLink> MakeRpcControlLink(Runtime& runtime, std::string target, Sealer sealer);

}  // namespace propius
