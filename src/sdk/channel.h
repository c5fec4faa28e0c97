// gRPC channels, shared by all clients of a process that talk to the same server.
#pragma once

#include <memory>
#include <mutex>
#include <string>

namespace grpc {
class Channel;
}

namespace propius {

// One server, for as long as this object lives; callable from any thread.
class ServerLine {
 public:
  // host:port
  explicit ServerLine(std::string target);

  std::shared_ptr<grpc::Channel> channel();
  // A call over `silent` got no answer in its time. Its connection may be half-open, which TCP takes many minutes to
  // notice, so everybody's next call takes a new one.
  void Distrust(const std::shared_ptr<grpc::Channel>& silent);

 private:
  const std::string target_;
  std::mutex mutex_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace propius
