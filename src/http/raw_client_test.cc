#include "http/raw_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace propius {

RawClient::RawClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  CHECK(setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
  CHECK(setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
}

RawClient::~RawClient() { close(socket_); }

bool RawClient::Send(const std::string& text) const {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t more = send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += static_cast<std::size_t>(more);
  }
  return true;
}

void RawClient::EndSending() const { shutdown(socket_, SHUT_WR); }

std::string RawClient::ReadAll() const {
  std::string text;
  std::string chunk(1 << 16, '\0');
  for (;;) {
    const ssize_t got = recv(socket_, chunk.data(), chunk.size(), 0);
    if (got <= 0) return text;
    text.append(chunk, 0, static_cast<std::size_t>(got));
  }
}

std::string RawClient::ReadUntil(const std::string& end) const {
  std::string text;
  char byte = 0;
  while (text.find(end) == std::string::npos && recv(socket_, &byte, 1, 0) == 1) text.push_back(byte);
  return text;
}

}  // namespace propius
