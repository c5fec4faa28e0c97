// Blocking TCP on loopback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace propius {

class TcpConnection {
 public:
  // Takes over an open socket.
  explicit TcpConnection(int socket) : socket_(socket) {}
  static TcpConnection To(std::uint16_t port);
  TcpConnection(TcpConnection&& other) noexcept;
  TcpConnection& operator=(TcpConnection&& other) noexcept;
  ~TcpConnection();

  // False if the other side has gone.
  bool Send(std::string_view bytes) const;
  // Exactly so many; false if the other side goes before.
  bool Receive(char* to, std::size_t count) const;
  // Until what came ends in `end`, byte by byte; "" if the other side goes before.
  std::string ReceiveUntil(std::string_view end) const;
  int socket() const { return socket_; }

 private:
  int socket_;
};

class TcpListener {
 public:
  // On any free port.
  TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener();

  std::uint16_t port() const;
  TcpConnection Accept() const;
  int socket() const { return socket_; }

 private:
  int socket_;
};

}  // namespace propius
