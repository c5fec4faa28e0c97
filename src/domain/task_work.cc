#include "domain/task_work.h"

namespace propius {

DeviceSpeed DeviceSpeed::Of(const Attributes& device) {
  return {.ms_per_sample = device.Get("ms_per_sample").value_or(0), .kbps = device.Get("kbps").value_or(0)};
}

std::optional<Duration> TaskTime(const TaskWork& work, const DeviceSpeed& device) {
  if (!work.stated()) return std::nullopt;
  if (work.samples > 0 && !(device.ms_per_sample > 0)) return std::nullopt;
  if (work.kilobits > 0 && !(device.kbps > 0)) return std::nullopt;
  double seconds = work.samples * device.ms_per_sample / 1'000;
  if (work.kilobits > 0) seconds += work.kilobits / device.kbps;
  return FromSeconds(seconds);
}

}  // namespace propius
