// Our error codes as gRPC's, and back. No gRPC in this header: codes are google.rpc.Code numbers.
#pragma once

#include "base/result.h"

namespace propius {

int ToGrpcCode(Code code);
// kInternal for codes that we do not use; 0 (OK) is not an error and must not come.
Code FromGrpcCode(int code);

}  // namespace propius
