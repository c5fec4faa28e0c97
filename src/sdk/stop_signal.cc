#include "sdk/stop_signal.h"

namespace propius {

void StopSignal::Raise() {
  const std::lock_guard lock(mutex_);
  raised_ = true;
  wake_.notify_all();
}

bool StopSignal::raised() const {
  const std::lock_guard lock(mutex_);
  return raised_;
}

bool StopSignal::WaitFor(Duration duration) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, duration, [this] { return raised_; });
}

}  // namespace propius
