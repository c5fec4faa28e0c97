// The parent of a node over HTTP.
#pragma once

#include <memory>
#include <string>

#include "base/runtime.h"
#include "base/workers.h"
#include "dataplane/uplink.h"
#include "domain/ticket.h"

namespace propius {

struct HttpUplinkOptions {
  std::string parent;  // base URL
  std::string node;    // name of this node
  Duration timeout = 10s;
};

// Calls run on `workers`, answers come on `runtime`.
std::unique_ptr<Uplink> MakeHttpUplink(Runtime& runtime, Workers& workers, Sealer sealer, HttpUplinkOptions options);

}  // namespace propius
