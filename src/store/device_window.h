// Soft state of the devices that were heard from within the window (paper section 3.3). Never durable: a restart
// forgets it, and devices check in again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/time.h"
#include "domain/attributes.h"
#include "domain/census.h"
#include "domain/ids.h"
#include "store/profiles.h"

namespace propius {

class DeviceWindow final : public Census {
 public:
  explicit DeviceWindow(Duration span);
  ~DeviceWindow() override;

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
  std::unique_ptr<State> state_;
};

}  // namespace propius
