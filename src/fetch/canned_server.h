// For tests: answers each connection on loopback with the next of the given texts, byte for byte, and keeps what came.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace propius {

class CannedServer {
 public:
  // Each inner list is a connection: one text for each request that comes on it, then it is closed. An empty text is
  // silence until the client goes away.
  explicit CannedServer(std::vector<std::vector<std::string>> connections);
  ~CannedServer();

  std::string Url(const std::string& path) const;
  // Requests as they came, head and body.
  std::vector<std::string> requests() const;

 private:
  void Serve(int connection, const std::vector<std::string>& answers);

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace propius
