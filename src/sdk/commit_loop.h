// A device's part in an asynchronous job: trains for as long as it is told, commits, goes on from what comes back.
#pragma once

#include "sdk/device_task.h"

namespace propius {

// Until the job is over, the client is stopped, the lease is lost or the hook fails; then leaves. Each commit is sent
// with the same number until it is answered. kCommitted if at least one was.
TaskResult RunCommits(const TaskTools& tools, const HeldAssignment& held, const sdk::SpanHook& train, Rng& chance);

}  // namespace propius
