// Stores for virtual time: a disk that takes a while, may refuse, and forgets in a crash what it had not yet written.
#pragma once

#include <memory>
#include <string>

#include "base/runtime.h"
#include "store/job_store.h"
#include "store/tally_store.h"

namespace propius {

struct MemoryDiskOptions {
  Duration min_latency = 0us;
  Duration max_latency = 0us;      // of one commit, drawn uniformly from the runtime's chance
  double failure_probability = 0;  // of one commit
  // The part of the latency that passes between the write and its answer: a crash in it leaves a change on the disk
  // that nobody was told of.
  double answer_share = 0;
};

// What survives a crash. It outlives the stores that are opened on it.
struct MemoryDisk {
  JobChanges jobs;  // as the state: each key once
  TallyChanges tallies;
};

// A store that is destroyed drops its unwritten commits, as a crash would, and calls no `done` any more. One store of a
// kind at a time is open on a disk.
std::unique_ptr<JobStore> OpenMemoryJobStore(Runtime& runtime, MemoryDisk& disk, MemoryDiskOptions options = {});
std::unique_ptr<TallyStore> OpenMemoryTallyStore(Runtime& runtime, MemoryDisk& disk, MemoryDiskOptions options = {});

}  // namespace propius
