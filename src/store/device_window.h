// Soft state of the devices that were heard from within the window (paper section 3.3). Never durable: a restart
// forgets it, and devices check in again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"
#include "domain/attributes.h"
#include "domain/census.h"
#include "domain/ids.h"

namespace propius {

class DeviceWindow final : public Census {
 public:
  explicit DeviceWindow(Duration span);
  ~DeviceWindow() override;

  // A new device, or one that is heard again with other attributes.
  void CheckIn(DeviceId device, const Attributes& attributes, Time now);
  // Heard again; false if it has aged out and must check in.
  bool Touch(DeviceId device, Time now);
  // Its public attributes; null if it is not in the window at `now`. Valid until the next call.
  const Attributes* Find(DeviceId device, Time now) const;
  // Drops devices that were not heard from for the span. O(dropped).
  void Age(Time now);

  // As of the last Age(), CheckIn() or Touch().
  std::int64_t Size() const override;
  std::int64_t SubsetSize(const Constraint& constraint) const override;
  Duration span() const { return span_; }

 private:
  struct State;
  Duration span_;
  std::unique_ptr<State> state_;
};

}  // namespace propius
