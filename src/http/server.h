// An HTTP/1.1 server on Boost.Beast: reads whole requests within limits, hands them to a handler, writes answers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/safetensors.h"

namespace propius {

struct HttpRequest {
  std::string method;
  std::string path;                            // decoded, without the query
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  Blob body;                                   // never null
};

struct HttpAnswer {
  int status = 200;
  std::map<std::string, std::string> headers;
  Blob body;  // null: empty. A Range of a GET that answers 200 with "Accept-Ranges: bytes" is cut by the server
};

using HttpRespond = std::function<void(HttpAnswer)>;  // once, from any thread
using HttpHandler = std::function<void(HttpRequest, HttpRespond)>;

// What is known of a request before its body.
struct HttpHead {
  std::string method;
  std::string path;           // decoded, without the query
  std::string authorization;  // the header, "" if there is none
};

// Asked before a body is read, on the server's threads: how many bytes it may have, or the refusal.
using HttpGate = std::function<tl::expected<std::uint64_t, HttpAnswer>(const HttpHead&)>;

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  int threads = 1;
  std::uint64_t max_body_bytes = std::uint64_t{257} << 20;  // a larger declared body is refused before it is read
  HttpGate gate{};                                          // without one, everybody may send as much
  // Of all bodies that were read and are not yet let go of; what comes beyond is refused as unavailable.
  std::uint64_t max_bodies_bytes = std::uint64_t{2} << 30;
  std::uint32_t max_header_bytes = 8 << 10;
  std::uint32_t max_connections = 4'096;
  Duration header_timeout = 10s;  // and of an idle connection between requests: idle_timeout
  Duration idle_timeout = 60s;
  Duration body_timeout = 120s;  // either way, and a second more for each 256 KiB that were announced
};

class HttpServer {
 public:
  // Listens at once. Fails if the address cannot be bound, and names it.
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, HttpHandler handler);
  // Closes every connection; handlers' later answers are dropped.
  ~HttpServer();
  std::uint16_t port() const;

 private:
  struct State;
  explicit HttpServer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// A problem document (RFC 9457) for an error.
HttpAnswer Problem(const Error& error);
HttpAnswer JsonAnswer(int status, std::string json);

}  // namespace propius
