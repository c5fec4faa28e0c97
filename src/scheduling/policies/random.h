// Serves open requests in a random order.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

// Each round request draws its place anew, so that no job is lucky for its whole life; while the same requests are
// open, planning again keeps their order.
std::unique_ptr<Policy> MakeRandom();

}  // namespace propius
