// The operator's port: /metrics, /healthz, /readyz.
#pragma once

#include <functional>
#include <memory>

#include "base/metrics.h"
#include "http/server.h"

namespace propius {

// `ready` is asked on any thread; an error makes /readyz answer 503 with its message.
HttpHandler MakeAdmin(Metrics& metrics, std::function<Status()> ready);

}  // namespace propius
