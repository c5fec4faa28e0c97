// Soft state of the devices that were heard from within the window (paper section 3.3). Never durable: a restart
// forgets it, and devices check in again.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include "base/time.h"
#include "domain/attributes.h"
#include "domain/census.h"
#include "domain/ids.h"
#include "store/profiles.h"

namespace propius {

// What a window holds at most: whoever checks in shows no credential. A device takes about 64 bytes, a profile of many
// attributes some KiB.
struct DeviceWindowLimits {
  std::size_t devices = std::numeric_limits<std::uint32_t>::max();
  std::size_t profiles = std::numeric_limits<std::uint32_t>::max();
};

class DeviceWindow final : public Census {
 public:
  explicit DeviceWindow(Duration span, DeviceWindowLimits limits = {});
  ~DeviceWindow() override;

  // Whether it may check in; kResourceExhausted if it is new, or its attributes are, and the window is full.
  Status Admit(DeviceId device, const Attributes& attributes, Time now);
  // A new device, or one that is heard again, perhaps with other attributes. What it is, valid until the next call.
  const Profile& CheckIn(DeviceId device, const Attributes& attributes, Time now);
  // Heard again. What it is, valid until the next call; null if it has aged out and must check in.
  const Profile* Touch(DeviceId device, Time now);
  // Its public attributes; null if it is not in the window at `now`. Valid until the next call.
  const Attributes* Find(DeviceId device, Time now) const;
  const Profile* FindProfile(DeviceId device, Time now) const;
  // Drops devices that were not heard from for the span. O(dropped).
  void Age(Time now);

  // As of the last Age(), CheckIn() or Touch().
  std::int64_t Size() const override;
  std::int64_t SubsetSize(const Constraint& constraint) const override;
  // The profiles that have a device in the window.
  void ForEachProfile(const std::function<void(const Profile&)>& visit) const;
  Duration span() const { return span_; }

 private:
  struct State;
  Duration span_;
  DeviceWindowLimits limits_;
  std::unique_ptr<State> state_;
};

}  // namespace propius
