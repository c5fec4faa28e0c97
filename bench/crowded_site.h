// A control plane in memory with a hundred open rounds, and the devices that check in there.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/runtime.h"
#include "control/client_desk.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "store/device_window.h"
#include "store/memory.h"

namespace propius {

inline constexpr std::size_t kOpenJobs = 100;
inline constexpr std::size_t kNumbers = 4;
// Of a device, or the lower bounds of a job; in the order of kNumberNames.
using Numbers = std::array<double, kNumbers>;

// The bounds of the jobs: four groups, of which a device meets one to four.
Numbers BoundsOf(std::size_t job);
Numbers NumbersOf(std::uint64_t device);
Attributes AttributesOf(const Numbers& numbers);

// Built on its runtime, and lives no longer than that.
class CrowdedSite {
 public:
  explicit CrowdedSite(Runtime& runtime);

  ClientDesk& clients() { return *clients_; }

 private:
  MemoryDisk disk_;
  std::unique_ptr<JobStore> store_;
  std::unique_ptr<JobBook> book_;
  DeviceWindow window_{1h};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<ClientDesk> clients_;
};

}  // namespace propius
