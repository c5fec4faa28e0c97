// What one task costs a device, and how fast a device says that it is.
#pragma once

#include <optional>

#include "base/time.h"
#include "domain/attributes.h"

namespace propius {

// One round's work of one device, as far as the job states it; 0 means not stated.
struct TaskWork {
  double samples = 0;   // passes of one sample through the model, epochs included
  double kilobits = 0;  // plan down and update up

  bool stated() const { return samples > 0 || kilobits > 0; }
  friend bool operator==(const TaskWork&, const TaskWork&) = default;
};

// The public attributes `ms_per_sample` and `kbps`; 0 where the device states none.
struct DeviceSpeed {
  double ms_per_sample = 0;
  double kbps = 0;

  static DeviceSpeed Of(const Attributes& device);
  friend bool operator==(const DeviceSpeed&, const DeviceSpeed&) = default;
};

// samples * ms_per_sample + kilobits / kbps. Nothing if the job states no work, or the device no speed for a part of
// it.
std::optional<Duration> TaskTime(const TaskWork& work, const DeviceSpeed& device);

}  // namespace propius
