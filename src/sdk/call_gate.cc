#include "sdk/call_gate.h"

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>

namespace propius {

bool CallGate::Enter(grpc::ClientContext& call) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  call.set_deadline(gpr_time_from_micros(limit_.count(), GPR_TIMESPAN));
  calls_.insert(&call);
  return true;
}

void CallGate::Leave(grpc::ClientContext& call) {
  const std::lock_guard lock(mutex_);
  calls_.erase(&call);
}

void CallGate::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (grpc::ClientContext* call : calls_) call->TryCancel();
}

bool CallGate::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace propius
