// The control plane of a fleet on virtual time: the production desks, on a store that keeps nothing.
#pragma once

#include <functional>
#include <memory>

#include "control/client_desk.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "control/job_desk.h"
#include "sim/fleet.h"
#include "sim/fleet_totals.h"
#include "sim/virtual_runtime.h"

namespace propius {

class FleetSite {
 public:
  // Fails on a policy that is unknown or refuses its options. `run` is read now and not kept.
  static Result<std::unique_ptr<FleetSite>> Build(VirtualRuntime& world, const FleetRun& run,
                                                  std::function<ToldRounds(JobId)> told);

  JobBook& book() { return *book_; }
  Dispatcher& dispatcher() { return *dispatcher_; }
  JobDesk& jobs() { return *jobs_; }
  ClientDesk& clients() { return *clients_; }

 private:
  FleetSite() = default;

  std::unique_ptr<JobStore> store_;
  std::unique_ptr<JobBook> book_;
  std::unique_ptr<DeviceWindow> window_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<JobDesk> jobs_;
  std::unique_ptr<ClientDesk> clients_;
};

}  // namespace propius
