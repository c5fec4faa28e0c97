// Evens out the workers' speeds by the size of their mini-batches (the heterogeneity trick of R2SP, INFOCOM 2019): at
// every check, B_i = floor(B * M * v_i / sum of v), v in images per second. The model inside goes on as ever.
#pragma once

#include <memory>

#include "sync/settings.h"
#include "sync/sync_model.h"

namespace propius {

std::unique_ptr<SyncModel> MakeBatchTune(const SyncJob& job, std::unique_ptr<SyncModel> inner);

}  // namespace propius
