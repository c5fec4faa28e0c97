// How simulated nodes reach their parent and the control plane: the interfaces of the data plane, over links.
#pragma once

#include <memory>
#include <string>

#include "dataplane/control_link.h"
#include "dataplane/uplink.h"
#include "sim/link.h"
#include "sim/site_parts.h"

namespace propius {

// `token` is the leaf's node token.
std::unique_ptr<Uplink> MakeRemoteUplink(Life& leaf, Link& link, ProcessOf<NodeServer>& root, std::string token,
                                         Duration timeout);
std::unique_ptr<ControlLink> MakeRemoteControl(Life& root, Link& link, ProcessOf<ControlServer>& control,
                                               Duration timeout);

}  // namespace propius
