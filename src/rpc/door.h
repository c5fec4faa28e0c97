// Whether a server takes new work. Copies are one door.
#pragma once

#include <atomic>
#include <memory>

#include "base/result.h"

namespace propius {

// Thread-safe.
class Door {
 public:
  void Close() const { *closed_ = true; }
  // The error for work that comes when it is closed: not the answer to its key, which another server may give.
  Status Check() const {
    if (!*closed_) return {};
    return Fail(Code::kUnavailable, "expected a server that takes work, but it is shutting down: try again later");
  }

 private:
  std::shared_ptr<std::atomic<bool>> closed_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace propius
