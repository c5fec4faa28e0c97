// Pure random, as Apple and Meta match devices (paper section 6).
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

// Each device draws one of all registered jobs. If that job takes no devices now, or the device is not eligible for it,
// the device gets nothing and draws anew when it comes again.
std::unique_ptr<Policy> MakeRandomPerDevice();

}  // namespace propius
