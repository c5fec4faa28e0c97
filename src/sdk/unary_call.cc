#include "sdk/unary_call.h"

#include <algorithm>

#include <grpc/support/time.h>

#include "base/real_runtime.h"
#include "wire/status.h"

namespace propius {
namespace {

constexpr Duration kConnectPatience = 1500ms;  // longer than the channels wait between two tries
constexpr Duration kLook = 20ms;               // at the gate

}  // namespace

void AwaitConnection(grpc::Channel& channel, const CallGate& gate) {
  const Time until = RealNow() + std::min(kConnectPatience, gate.limit());
  for (;;) {
    const grpc_connectivity_state state = channel.GetState(true);
    if (state == GRPC_CHANNEL_READY || RealNow() >= until || gate.closed()) return;
    channel.WaitForStateChange(state, gpr_time_from_micros(kLook.count(), GPR_TIMESPAN));
  }
}

Error CallError(const grpc::Status& status, const std::string& what) {
  std::string message = what + ": " + status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      return GateClosed(what);
    case grpc::StatusCode::UNKNOWN:
      // What gRPC answers when the server dies in the middle of a call.
      return {Code::kUnavailable, std::move(message)};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {Code::kFailedPrecondition, std::move(message)};
    default:
      return {FromGrpcCode(status.error_code()), std::move(message)};
  }
}

}  // namespace propius
