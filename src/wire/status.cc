#include "wire/status.h"

#include <array>
#include <utility>

namespace propius {
namespace {

// google.rpc.Code.
constexpr std::array<std::pair<Code, int>, 13> kCodes{{{Code::kInvalidArgument, 3},
                                                       {Code::kDeadlineExceeded, 4},
                                                       {Code::kNotFound, 5},
                                                       {Code::kAlreadyExists, 6},
                                                       {Code::kPermissionDenied, 7},
                                                       {Code::kResourceExhausted, 8},
                                                       {Code::kFailedPrecondition, 9},
                                                       {Code::kAborted, 10},
                                                       {Code::kOutOfRange, 11},
                                                       {Code::kInternal, 13},
                                                       {Code::kUnavailable, 14},
                                                       {Code::kDataLoss, 15},
                                                       {Code::kUnauthenticated, 16}}};
constexpr int kGrpcInternal = 13;

}  // namespace

int ToGrpcCode(Code code) {
  for (const auto& [ours, grpc] : kCodes) {
    if (ours == code) return grpc;
  }
  return kGrpcInternal;
}

Code FromGrpcCode(int code) {
  for (const auto& [ours, grpc] : kCodes) {
    if (grpc == code) return ours;
  }
  return Code::kInternal;
}

}  // namespace propius
