// A task that the device holds: what it was assigned, and what ends it early.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "propius/v1/client_manager.pb.h"
#include "sdk/stop_signal.h"

namespace propius {

// Checked at the border.
struct HeldAssignment {
  RoundKey round;
  std::uint32_t slot = 0;
  std::string ticket;
  std::string leaf;  // base URL without a slash at its end
  std::string plan_digest;
  Time expires;
  Duration lease{};
};

// Fails if a field that the work needs is missing or misshapen.
Result<HeldAssignment> ReadAssignment(const v1::Assignment& message, Time now);

// Shared by the thread that trains, the thread that keeps the lease, and whoever kept the training's `cancelled`.
struct TaskLife {
  Time expires;
  std::shared_ptr<StopSignal> stop;
  std::atomic<bool> lease_lost = false;

  bool Over() const;
};

}  // namespace propius
