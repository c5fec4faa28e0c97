#include "bench/tcp.h"

#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace propius {
namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int NewSocket() {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(made >= 0);
  return made;
}

}  // namespace

TcpConnection TcpConnection::To(std::uint16_t port) {
  const int made = NewSocket();
  const sockaddr_in address = Loopback(port);
  CHECK(connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  const int on = 1;
  CHECK(setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0);
  return TcpConnection(made);
}

TcpConnection::TcpConnection(TcpConnection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

TcpConnection& TcpConnection::operator=(TcpConnection&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

TcpConnection::~TcpConnection() {
  if (socket_ >= 0) close(socket_);
}

bool TcpConnection::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TcpConnection::Receive(char* to, std::size_t count) const {
  while (count > 0) {
    const ssize_t got = recv(socket_, to, count, 0);
    if (got <= 0) return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

std::string TcpConnection::ReceiveUntil(std::string_view end) const {
  std::string got;
  while (!got.ends_with(end)) {
    char next = 0;
    if (!Receive(&next, 1)) return "";
    got += next;
  }
  return got;
}

TcpListener::TcpListener() : socket_(NewSocket()) {
  const sockaddr_in address = Loopback(0);
  CHECK(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(listen(socket_, 16) == 0);
}

TcpListener::~TcpListener() { close(socket_); }

std::uint16_t TcpListener::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  CHECK(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

TcpConnection TcpListener::Accept() const {
  const int accepted = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
  CHECK(accepted >= 0);
  return TcpConnection(accepted);
}

}  // namespace propius
