// For tests: a connection on which a test says exactly what it wants, malformed or not.
#pragma once

#include <cstdint>
#include <string>

namespace propius {

class RawClient {
 public:
  // Connects to loopback.
  explicit RawClient(std::uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  // False if the other side has gone.
  bool Send(const std::string& text) const;
  // Says that nothing more will be sent.
  void EndSending() const;
  // Until the other side closes, or nothing has come for 20 s.
  std::string ReadAll() const;
  // Until what came contains `text`.
  std::string ReadUntil(const std::string& text) const;

 private:
  int socket_ = -1;
};

}  // namespace propius
