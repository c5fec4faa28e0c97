#include "sdk/unary_call.h"

#include "wire/status.h"

namespace propius {

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
