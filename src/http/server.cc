#include "http/server.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/event.h"
#include "http/session.h"

namespace propius {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr Duration kAcceptPause = 100ms;

}  // namespace

struct HttpServer::State {
  State(HttpServerOptions options, HttpHandler the_handler)
      : hall(std::make_shared<Hall>(std::move(options))), handler(std::move(the_handler)) {}

  const std::shared_ptr<Hall> hall;
  const HttpHandler handler;
  asio::io_context context;
  tcp::acceptor acceptor{context};
  asio::steady_timer pause{context};
  int spare = -1;  // a descriptor to give up when there is no other, so that the backlog is told
  std::vector<std::thread> threads;

  Status Listen() {
    const std::string where = hall->options.address + ":" + std::to_string(hall->options.port);
    error_code error;
    const asio::ip::address address = asio::ip::make_address(hall->options.address, error);
    if (error) return Fail(Code::kInvalidArgument, "listen on " + where + ": expected an IP address");
    const tcp::endpoint endpoint(address, hall->options.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return Fail(Code::kUnavailable, "listen on " + where + ": " + error.message());
    spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return {};
  }

  void Accept() {
    acceptor.async_accept(asio::make_strand(context), [this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return Pause(error);
      if (hall->Count() >= hall->options.max_connections) {
        TurnAway(socket.native_handle());
      } else {
        StartSession(std::move(socket), hall, handler);
      }
      Accept();
    });
  }

  // Out of descriptors or memory: never a reason to stop listening.
  void Pause(error_code error) {
    Event(Severity::kWarning, "http_accept_paused", {{"address", hall->options.address}, {"cause", error.message()}});
    if (spare >= 0) close(spare);
    const int refused = accept(acceptor.native_handle(), nullptr, nullptr);
    if (refused >= 0) {
      TurnAway(refused);
      close(refused);
    }
    spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    pause.expires_after(kAcceptPause);
    pause.async_wait([this](error_code cancelled) {
      if (!cancelled) Accept();
    });
  }

  // As far as it goes without waiting.
  static void TurnAway(int socket) {
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    (void)send(socket, kBusy.data(), kBusy.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(socket, SHUT_WR);
  }

  void Stop() {
    {
      const std::lock_guard lock(hall->mutex);
      hall->open = false;
    }
    context.stop();
    for (std::thread& thread : threads) thread.join();
    hall->sessions.clear();
    if (spare >= 0) close(spare);
  }
};

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() { state_->Stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, HttpHandler handler) {
  const auto state = std::make_shared<State>(std::move(options), std::move(handler));
  if (const Status status = state->Listen(); !status) return tl::unexpected(status.error());
  state->Accept();
  for (int i = 0; i < std::max(1, state->hall->options.threads); ++i) {
    state->threads.emplace_back([context = &state->context] { context->run(); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(state));
}

std::uint16_t HttpServer::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

}  // namespace propius
