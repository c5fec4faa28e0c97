// The root as the parent of its own intake.
#pragma once

#include <memory>

#include "dataplane/root.h"
#include "dataplane/uplink.h"

namespace propius {

// `root` must outlive it.
std::unique_ptr<Uplink> MakeLocalUplink(Root& root);

}  // namespace propius
