// The three calls of a device, translated to the client desk and back: for unary calls and sessions alike.
#pragma once

#include <utility>

#include "base/runtime.h"
#include "control/client_desk.h"
#include "propius/v1/client_manager.pb.h"
#include "rpc/door.h"
#include "rpc/hop.h"

namespace propius {

// `done` runs on any thread, and not at all if the runtime ends first.
class ClientCalls {
 public:
  // No device is bound through a closed door.
  ClientCalls(Runtime& runtime, ClientDesk& desk, Door door) : hop_(runtime), desk_(desk), door_(std::move(door)) {}

  void CheckIn(const v1::CheckInRequest& request, const Done<v1::CheckInResponse>& done) const;
  void Ping(const v1::PingRequest& request, const Done<v1::PingResponse>& done) const;
  void Accept(const v1::AcceptRequest& request, const Done<v1::AcceptResponse>& done) const;

 private:
  Hop hop_;
  ClientDesk& desk_;
  Door door_;
};

}  // namespace propius
