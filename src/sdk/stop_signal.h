// Lets one thread end another's waiting.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/time.h"

namespace propius {

// Raised once, for good. Callable from any thread.
class StopSignal {
 public:
  void Raise();
  bool raised() const;
  // True if the signal is raised now or within `duration`.
  bool WaitFor(Duration duration);

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool raised_ = false;
};

}  // namespace propius
