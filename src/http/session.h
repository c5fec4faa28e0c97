// One connection of an HTTP server, on Boost.Beast. Only server.cc and session.cc know of Boost.
#pragma once

#include <memory>
#include <mutex>
#include <set>

#include <boost/asio/ip/tcp.hpp>

#include "http/byte_budget.h"
#include "http/server.h"

namespace propius {

class HttpSession {
 public:
  virtual ~HttpSession() = default;
  // Takes the answer to the request that was handed on last; from any thread.
  virtual void Post(HttpAnswer answer) = 0;
};

// What every session of a server shares. Answers may come when the server is gone: they find the hall closed.
struct Hall {
  static constexpr std::uint64_t kShelfBytes = 64 << 20;

  explicit Hall(HttpServerOptions o)
      : options(std::move(o)),
        bodies(std::make_shared<ByteBudget>(options.max_bodies_bytes)),
        shelf(std::make_shared<BodyShelf>(kShelfBytes)) {}

  const HttpServerOptions options;
  const std::shared_ptr<ByteBudget> bodies;
  const std::shared_ptr<BodyShelf> shelf;
  std::mutex mutex;
  bool open = true;
  std::set<std::shared_ptr<HttpSession>> sessions;

  std::size_t Count();
  void Enter(std::shared_ptr<HttpSession> session);
  void Leave(const std::shared_ptr<HttpSession>& session);
};

// Serves the connection until it ends; the hall keeps the session. `handler` must outlive it.
void StartSession(boost::asio::ip::tcp::socket socket, std::shared_ptr<Hall> hall, const HttpHandler& handler);

}  // namespace propius
