#include "fetch/canned_server.h"

#include <cstdlib>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace propius {
namespace {

// A request with its body by Content-Length; what there was if the client went away.
std::string ReadRequest(int connection) {
  std::string text;
  std::size_t expected = std::string::npos;
  while (text.size() < expected) {
    std::string chunk(1 << 16, '\0');
    const ssize_t got = recv(connection, chunk.data(), chunk.size(), 0);
    if (got <= 0) return text;
    text.append(chunk, 0, static_cast<std::size_t>(got));
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos || expected != std::string::npos) continue;
    const std::size_t length = text.find("Content-Length: ");
    expected = end + 4;
    if (length < end) expected += std::strtoull(text.c_str() + length + 16, nullptr, 10);
  }
  return text;
}

}  // namespace

CannedServer::CannedServer(std::vector<std::vector<std::string>> connections) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  CHECK(bind(listener_, raw, size) == 0 && listen(listener_, 16) == 0 && getsockname(listener_, raw, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, connections = std::move(connections)] {
    for (const std::vector<std::string>& answers : connections) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      Serve(connection, answers);
      close(connection);
    }
  });
}

CannedServer::~CannedServer() {
  shutdown(listener_, SHUT_RDWR);  // wakes an accept that waits for a connection that never came
  thread_.join();
  close(listener_);
}

std::string CannedServer::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> CannedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void CannedServer::Serve(int connection, const std::vector<std::string>& answers) {
  for (const std::string& answer : answers) {
    std::string request = ReadRequest(connection);
    if (request.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    if (answer.empty()) {
      ReadRequest(connection);
      return;
    }
    if (send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
  }
}

}  // namespace propius
