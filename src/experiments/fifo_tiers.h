// Venn without its scheduling, for the ablation: tier matching alone.
#pragma once

#include "scheduling/registry.h"

namespace propius {

// Adds `fifo_tiers`: FIFO, the first job of each requirement bound to a tier where Venn
// would do so (PolicyOptions::tiers).
void AddFifoTiers(PolicyRegistry& policies);

}  // namespace propius
