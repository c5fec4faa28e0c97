// Disks as the faults have them: slow, at times refusing, acknowledging late, and a moment at which to die.
#pragma once

#include <functional>
#include <memory>

#include "sim/fault.h"
#include "store/job_store.h"
#include "store/tally_store.h"

namespace propius {

struct DiskTroubles {
  Faults& faults;
  std::function<void()> kill;  // ends the process; called by a task of the world
};

// `durable` sees every change that is on disk, before the store's user hears of it.
std::unique_ptr<JobStore> MakeFaultyJobStore(Runtime& life, std::unique_ptr<JobStore> disk, DiskTroubles troubles,
                                             std::function<void(const JobChanges&)> durable);
std::unique_ptr<TallyStore> MakeFaultyTallyStore(Runtime& life, std::unique_ptr<TallyStore> disk,
                                                 DiskTroubles troubles);

}  // namespace propius
