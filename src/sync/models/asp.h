// Asynchronous parallel: commit and pull after every mini-batch, wait for nobody.
#pragma once

#include <memory>

#include "sync/settings.h"
#include "sync/sync_model.h"

namespace propius {

std::unique_ptr<SyncModel> MakeAsp(const SyncJob& job);

}  // namespace propius
