// A small HTTP/1.1 server for tests: plain sockets, one connection and one request at a time, so that a test can drop a
// connection without an answer, stop listening, come back on the same port, and see every byte that was sent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace propius::testing {

struct HttpCall {
  std::string method;
  std::string target;                          // path and query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::map<std::string, std::string> headers;
};

// Nothing: the work is done, but the connection dies before the answer.
using HttpScript = std::function<std::optional<HttpReply>(const HttpCall&)>;

class FakeHttp {
 public:
  explicit FakeHttp(HttpScript script) : script_(std::move(script)) { Open(); }
  ~FakeHttp() { Close(); }
  FakeHttp(const FakeHttp&) = delete;
  FakeHttp& operator=(const FakeHttp&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // Nobody listens until Open(), which takes the same port.
  void Close() {
    if (listener_ < 0) return;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    listener_ = -1;
  }
  void Open() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(listener_ >= 0);
    const int on = 1;
    CHECK(::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    socklen_t size = sizeof address;
    CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHECK(::listen(listener_, SOMAXCONN) == 0);
    CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }

  std::vector<HttpCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  // "POST GET POST": the methods in order.
  std::string methods() const {
    std::string text;
    for (const HttpCall& call : calls()) text += (text.empty() ? "" : " ") + call.method;
    return text;
  }
  // Every byte that came in.
  std::string bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  void Serve() {
    for (;;) {
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      const timeval patience{5, 0};  // for a peer that connects and says nothing
      ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      Answer(peer);
      ::close(peer);
    }
  }

  void Answer(int peer) {
    std::string text;
    while (text.find("\r\n\r\n") == std::string::npos) {
      if (!Receive(peer, text)) return;
    }
    HttpCall call = ReadHead(text);
    const std::size_t head = text.find("\r\n\r\n") + 4;
    const std::size_t length = std::strtoull(call.headers["content-length"].c_str(), nullptr, 10);
    while (text.size() < head + length) {
      if (!Receive(peer, text)) return;
    }
    call.body = text.substr(head, length);
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call);
      bytes_ += text;
    }
    const std::optional<HttpReply> reply = script_(call);
    if (!reply) return;
    std::string answer = "HTTP/1.1 " + std::to_string(reply->status) + " Scripted\r\nConnection: close\r\n" +
                         "Content-Length: " + std::to_string(reply->body.size()) + "\r\n";
    for (const auto& [name, value] : reply->headers) answer += name + ": " + value + "\r\n";
    answer += "\r\n" + reply->body;
    for (std::string_view rest = answer; !rest.empty();) {
      const ssize_t sent = ::send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  static bool Receive(int peer, std::string& text) {
    char buffer[1 << 16];
    const ssize_t size = ::recv(peer, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  static HttpCall ReadHead(std::string_view text) {
    HttpCall call;
    std::string_view line = text.substr(0, text.find("\r\n"));
    const std::size_t space = line.find(' ');
    call.method = line.substr(0, space);
    call.target = line.substr(space + 1, line.rfind(' ') - space - 1);
    for (text.remove_prefix(line.size() + 2); !text.starts_with("\r\n"); text.remove_prefix(line.size() + 2)) {
      line = text.substr(0, text.find("\r\n"));
      const std::size_t colon = line.find(':');
      std::string name(line.substr(0, colon));
      std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      std::string_view value = line.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      call.headers[name] = value;
    }
    return call;
  }

  const HttpScript script_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<HttpCall> calls_;
  std::string bytes_;
};

}  // namespace propius::testing
