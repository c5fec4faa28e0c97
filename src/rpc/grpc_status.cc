#include "rpc/grpc_status.h"

#include "wire/status.h"

namespace propius {
namespace {

// Messages travel as a header, and headers are limited.
constexpr std::size_t kMaxMessage = 2'000;

}  // namespace

grpc::Status ToGrpc(const Error& error) {
  return {static_cast<grpc::StatusCode>(ToGrpcCode(error.code)), error.message.substr(0, kMaxMessage)};
}

Error FromGrpc(const grpc::Status& status) {
  // A call that its server gave up may be made again.
  const bool cancelled = status.error_code() == grpc::StatusCode::CANCELLED;
  return {cancelled ? Code::kUnavailable : FromGrpcCode(status.error_code()), status.error_message()};
}

}  // namespace propius
