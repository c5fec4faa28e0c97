// The way of calls to their runtime, with room for so many that wait: what comes beyond is told at once, while its
// caller still listens.
#pragma once

#include <atomic>
#include <memory>

#include "base/result.h"
#include "base/runtime.h"

namespace propius {

// Thread-safe; copies share the room.
class Hop {
 public:
  explicit Hop(Runtime& runtime, int room = kRoom) : runtime_(runtime), room_(room) {}

  // Runs `task` on the runtime; false, and never, if too many wait already.
  bool Post(Task task) const;

  static Error Busy() { return {Code::kUnavailable, "expected room for the call, but too many wait: try again later"}; }

 private:
  static constexpr int kRoom = 20'000;

  Runtime& runtime_;
  int room_;
  std::shared_ptr<std::atomic<int>> waiting_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace propius
