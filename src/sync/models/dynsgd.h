// Asynchronous, each update divided by how stale it is (Jiang et al., SIGMOD 2017): one read at version r and applied
// at version n counts 1 / (n - r + 1).
#pragma once

#include <cstdint>
#include <memory>

#include "sync/sync_model.h"

namespace propius {

struct DynsgdOptions {
  std::uint32_t steps = 20;  // local steps of an update
};
std::unique_ptr<SyncModel> MakeDynsgd(DynsgdOptions options);

}  // namespace propius
