// Small-batch mode (paper section 3.2): devices that are available wait here and are matched together, on a timer or
// when enough have come. A device that was matched hears of it when it asks again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/runtime.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "store/device_window.h"

namespace propius {

struct BatchOptions {
  Duration interval = 1s;       // between batches
  std::size_t size = 1'000;     // devices that wait and have not been looked at make a batch at once
  std::size_t max_offers = 20;  // to one device
};

// Soft state of one client manager. A place that is offered to one device is offered to no other while that device may
// come for it: of a round, never more places are promised than it still needs.
class WaitingRoom {
 public:
  WaitingRoom(Runtime& runtime, const JobBook& book, Dispatcher& dispatcher, const DeviceWindow& window,
              BatchOptions options);

  // A device that holds no task asks. The rounds that a batch found for it, best first; else nothing, and it waits.
  // Who asks a third time for the same rounds has declined them, and is matched with others for a while.
  std::vector<RoundKey> Ask(DeviceId device);
  // When the device that waits is told to ask again: `retry` or later, such that a batch is made before.
  Duration ComeBackIn(DeviceId device, Duration retry);
  // It has taken a task: it waits no longer, and what else was kept for it is free.
  void Took(DeviceId device);
  // Matches those who ask again soon. Called by the timer of the client desk.
  void RunBatch();

  struct Figures {
    std::size_t waiting = 0;    // devices, not matched
    std::size_t promised = 0;   // devices, matched and not heard since
    std::uint64_t batches = 0;  // that looked at devices
    std::uint64_t looked_at = 0;
    std::uint64_t matched = 0;
    std::uint64_t latest_looked_at = 0;  // by the latest of them
    std::uint64_t latest_matched = 0;
  };
  Figures figures() const;

 private:
  // Numbers of intervals since the epoch of the runtime.
  using Turn = std::int64_t;

  struct Promise {
    std::vector<RoundKey> rounds;
    Time until;
    int told = 0;
  };
  struct Refusal {
    std::vector<RoundKey> rounds;
    Time until;
  };

  Turn TurnOf(Time time) const;
  void Wait(DeviceId device, Time due);
  std::int64_t FreePlaces();
  // The places that it got.
  std::int64_t Look(DeviceId device, Time now);
  std::vector<RoundKey> Choose(DeviceId device, const Profile& profile);
  void KeepFor(DeviceId device, std::vector<RoundKey> rounds, Time until);
  void Release(DeviceId device);
  void Expire(Time now);

  Runtime& runtime_;
  const JobBook& book_;
  Dispatcher& dispatcher_;
  const DeviceWindow& window_;
  BatchOptions options_;

  boost::unordered_flat_map<DeviceId, Turn, std::hash<DeviceId>> due_;  // who waits, and when it asks again
  std::map<Turn, std::vector<DeviceId>> turns_;  // may name devices that are due at another turn by now
  std::size_t fresh_ = 0;                        // came since the last batch
  boost::unordered_flat_map<DeviceId, Promise, std::hash<DeviceId>> promises_;
  boost::unordered_flat_map<DeviceId, Refusal, std::hash<DeviceId>> refusals_;
  std::map<RoundKey, std::uint32_t> promised_;  // places, by round
  std::priority_queue<std::pair<Time, DeviceId>, std::vector<std::pair<Time, DeviceId>>, std::greater<>> expiries_;
  Figures figures_;
};

}  // namespace propius
