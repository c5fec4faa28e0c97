// Bulk-synchronous parallel: one mini-batch each, then everybody waits for everybody.
#pragma once

#include <memory>

#include "sync/sync_model.h"

namespace propius {

std::unique_ptr<SyncModel> MakeBsp();

}  // namespace propius
