// A gRPC server with health and reflection, compression off, messages of at most 64 KiB.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace grpc {
class Service;
}

namespace propius {

struct RpcServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
};

class RpcServer {
 public:
  // Fails if the address cannot be bound, and names it.
  static Result<std::unique_ptr<RpcServer>> Start(RpcServerOptions options,
                                                  std::vector<std::shared_ptr<grpc::Service>> services);
  ~RpcServer();
  std::uint16_t port() const;
  // Not healthy, and no new jobs, rounds and tasks; what is under way goes on.
  void StopTaking();
  // No new calls; open ones end within the limit.
  void Drain(Duration limit);

 private:
  struct State;
  explicit RpcServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace propius
