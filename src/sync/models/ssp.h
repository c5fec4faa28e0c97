// Stale-synchronous parallel (Ho et al. 2013): as asynchronous, but nobody may be `bound` clocks ahead of the slowest.
// In a steady state everybody runs at the slowest one's pace, whatever the bound: it only delays the first stall.
#pragma once

#include <cstdint>
#include <memory>

#include "sync/settings.h"
#include "sync/sync_model.h"

namespace propius {

struct SspOptions {
  std::uint32_t bound = 40;
  // ADSP's authors' variant: pushes after every mini-batch, but pulls only when it is `bound` clocks past the slowest
  // one that it last heard of.
  bool lazy_pull = false;
};
std::unique_ptr<SyncModel> MakeSsp(const SyncJob& job, SspOptions options);

}  // namespace propius
