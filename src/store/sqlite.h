// The embedded store: one SQLite file in WAL mode with a thread of its own, which commits whatever has queued up in one
// transaction (group commit). A commit is on disk, not only written, before it is acknowledged.
#pragma once

#include <filesystem>
#include <memory>

#include "base/runtime.h"
#include "store/job_store.h"
#include "store/tally_store.h"

namespace propius {

struct SqliteOptions {
  std::filesystem::path file{};  // made with its folder if absent
  bool sync = true;              // fsync each commit; without, a power loss may take the last ones
};

// Answers come on `runtime`, which must outlive the store; a store that is destroyed first finishes what was queued,
// and its answers still come. Fails on a file that is not ours, is of a newer version, is locked by another process or
// fails its checksums.
Result<std::unique_ptr<JobStore>> OpenSqliteJobStore(Runtime& runtime, const SqliteOptions& options);
Result<std::unique_ptr<TallyStore>> OpenSqliteTallyStore(Runtime& runtime, const SqliteOptions& options);

}  // namespace propius
