// Errors as gRPC statuses, and back.
#pragma once

#include <grpcpp/support/status.h>

#include "base/result.h"

namespace propius {

grpc::Status ToGrpc(const Error& error);
// Of a status that is not OK.
Error FromGrpc(const grpc::Status& status);

}  // namespace propius
