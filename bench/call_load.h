// Unary gRPC calls on loopback, so many in flight at a time. Bytes go and come as they are, so that the client costs
// the same whatever it calls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "base/result.h"

namespace propius {

class CallLoad {
 public:
  // `method`: "/package.Service/Method". `requests`: serialised messages, sent in turn.
  CallLoad(std::uint16_t port, std::string method, const std::vector<std::string>& requests, int in_flight);
  ~CallLoad();

  // Makes so many calls and waits for all of them. Fails with the first that failed.
  Status Run(int calls);

 private:
  struct Call;
  void Start();

  std::string method_;
  std::vector<grpc::ByteBuffer> requests_;
  int in_flight_;
  std::size_t next_ = 0;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
};

}  // namespace propius
