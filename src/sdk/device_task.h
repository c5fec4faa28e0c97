// A task from the assignment to its end.
#pragma once

#include <memory>

#include "base/rng.h"
#include "fetch/fetch.h"
#include "propius/client.h"
#include "sdk/device_session.h"
#include "sdk/held_task.h"

namespace propius {

struct TaskTools {
  DeviceSession& session;
  Fetcher& fetcher;
  std::shared_ptr<StopSignal> stop;
  Duration call_timeout{};
  Duration upload_patience{};
};

struct TaskResult {
  sdk::TaskEnd end = sdk::TaskEnd::kFailed;
  std::string reason;
};

// Fetches the plan, trains, uploads, and keeps the lease meanwhile. kFailed: the task must be given back.
TaskResult RunTask(const TaskTools& tools, const HeldAssignment& held, const sdk::TrainHook& train, Rng& chance);

}  // namespace propius
