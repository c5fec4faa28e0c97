// A server in a process of its own, so that its CPU time is not that of its clients.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <sys/types.h>

namespace propius {

class ForkedServer {
 public:
  struct Running {
    std::uint16_t port = 0;
    std::shared_ptr<void> server;
  };
  // Runs `start` in the child. While this process has no thread yet: a fork takes only the caller along.
  explicit ForkedServer(const std::function<Running()>& start);
  // Ends the child.
  ~ForkedServer();
  ForkedServer(const ForkedServer&) = delete;
  ForkedServer& operator=(const ForkedServer&) = delete;

  std::uint16_t port() const { return port_; }
  // Of all its threads, user and system, in microseconds.
  double CpuMicros() const;

 private:
  pid_t child_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace propius
