// A control plane in memory with very many open rounds in very many constraint groups, and a fleet of a thousand kinds
// of devices.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "base/runtime.h"
#include "control/client_desk.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "store/device_window.h"
#include "store/memory.h"

namespace propius {

struct WideSiteOptions {
  std::size_t jobs = 50;
  std::size_t groups = 4;            // at most 100
  std::uint32_t demand = 1'000'000;  // of each job's open round
  std::size_t max_offers = 1;
  MatchMode mode = MatchMode::kOnline;
};

// Bounds on processor and memory; each group is met by some of the fleet.
Constraint NeedsOfGroup(std::size_t group);
std::vector<Attributes> KindsOfDevices(std::size_t count, Rng& chance);

// Built on its runtime, and lives no longer than that.
class WideSite {
 public:
  WideSite(Runtime& runtime, const WideSiteOptions& options);

  ClientDesk& clients() { return *clients_; }
  JobBook& book() { return *book_; }

 private:
  MemoryDisk disk_;
  std::unique_ptr<JobStore> store_;
  std::unique_ptr<JobBook> book_;
  DeviceWindow window_{1h};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<ClientDesk> clients_;
};

}  // namespace propius
