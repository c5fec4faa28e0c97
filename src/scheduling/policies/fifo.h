// Serves the job first that registered first.
#pragma once

#include <memory>

#include "scheduling/policy.h"

namespace propius {

std::unique_ptr<Policy> MakeFifo();

}  // namespace propius
