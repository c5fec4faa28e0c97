// A barrier, but everybody fills the round: each worker does as many local steps as fit into the time that the slowest
// one needs (ESync, Transactions on Services Computing 2020). The synchronous twin of ADSP.
#pragma once

#include <cstdint>
#include <memory>

#include "sync/sync_model.h"

namespace propius {

struct EsyncOptions {
  std::uint32_t slowest_steps = 20;  // of the slowest worker in a round
};
std::unique_ptr<SyncModel> MakeEsync(EsyncOptions options);

}  // namespace propius
