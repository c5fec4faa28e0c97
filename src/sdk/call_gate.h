// Bounds gRPC calls: each has a deadline, and another thread can end all of them at once.
#pragma once

#include <mutex>
#include <set>

#include "base/time.h"

namespace grpc {
class ClientContext;
}

namespace propius {

// Callable from any thread.
class CallGate {
 public:
  // `limit`: what one call may take.
  explicit CallGate(Duration limit) : limit_(limit) {}

  // Sets the call's deadline; false if the gate is closed, then the call must not be made.
  bool Enter(grpc::ClientContext& call);
  void Leave(grpc::ClientContext& call);
  // Cancels the calls under way; none gets in any more.
  void Close();
  bool closed() const;
  Duration limit() const { return limit_; }

 private:
  const Duration limit_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::set<grpc::ClientContext*> calls_;
};

}  // namespace propius
