// Keeps a device's place in a round while it works.
#pragma once

#include <memory>
#include <thread>

#include "base/rng.h"
#include "sdk/device_session.h"
#include "sdk/held_task.h"

namespace propius {

// Pings three times in every lease on a thread of its own, from construction to destruction. Marks the task's life when
// the client manager says that the device holds that task no more. Silence of the server does not end the task: the
// ticket stays good.
class LeaseKeeper {
 public:
  // `session` must outlive it. `call_limit`: of one ping.
  LeaseKeeper(DeviceSession& session, HeldAssignment held, std::shared_ptr<TaskLife> life, Duration call_limit,
              Rng chance);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

 private:
  void Run(Rng chance);
  Result<v1::Greeting> Renew();

  DeviceSession& session_;
  const HeldAssignment held_;
  const std::shared_ptr<TaskLife> life_;
  CallGate gate_;
  StopSignal done_;
  std::thread thread_;
};

}  // namespace propius
