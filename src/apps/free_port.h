// Ports of this machine that nobody listens on.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace propius {

// On loopback, below 32768, where the ports of outgoing connections begin.
Result<std::vector<std::uint16_t>> FindFreePorts(std::size_t count);

}  // namespace propius
