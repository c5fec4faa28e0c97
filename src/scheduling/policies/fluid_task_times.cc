#include "scheduling/policies/fluid_task_times.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace propius {
namespace {

constexpr std::size_t kFifths = 5;
constexpr std::size_t kLeastOfAFifth = 20;
constexpr double kJobsRemembered = 16;
constexpr DeviceSpeed kYardstick{.ms_per_sample = 50, .kbps = 5'000};

double OnTheYardstick(const TaskWork& work) {
  const std::optional<Duration> task = TaskTime(work, kYardstick);
  return task ? Seconds(*task) : 0;
}

}  // namespace

void FluidTaskTimes::Mean::Add(double value) {
  count_ = std::min(count_ + 1, kJobsRemembered);
  value_ += (value - value_) / count_;
}

bool FluidTaskTimes::Learn(const TierProfile& devices, const TaskWork& work, bool choice) {
  if (devices.samples() < kFifths * kLeastOfAFifth) return false;
  const auto fifths = devices.Split(kFifths, kLeastOfAFifth);
  const double yardstick = OnTheYardstick(work);
  if (!fifths || yardstick <= 0) return true;
  three_.Add(Seconds((*fifths)[2].slowest) / yardstick);
  if (choice) four_.Add(Seconds((*fifths)[3].slowest) / yardstick);
  return true;
}

double FluidTaskTimes::ThreeOfFive(const TaskWork& work) const { return three_.value() * OnTheYardstick(work); }

double FluidTaskTimes::FourOfFive(const TaskWork& work) const { return four_.value() * OnTheYardstick(work); }

}  // namespace propius
