#include "http/server.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/event.h"
#include "http/problem.h"
#include "http/shape.h"
#include "http/target.h"

namespace propius {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 64 << 10;
// A connection that idles gives a larger buffer than this back.
constexpr std::size_t kIdleBytes = 8 << 10;
// A body may take a second more than the time-out for each of these.
constexpr std::uint64_t kSlowestBytesPerSecond = 256 << 10;
// After a refusal, what the client still sends is read and dropped, or a reset would take the answer from it.
constexpr Duration kLinger = 2s;
constexpr Duration kAcceptPause = 100ms;

class Session;

// What every session of a server shares. Answers may come when the server is gone: they find the hall closed.
struct Hall {
  HttpServerOptions options;
  std::mutex mutex;
  bool open = true;
  std::set<std::shared_ptr<Session>> sessions;

  std::size_t Count() {
    const std::lock_guard lock(mutex);
    return sessions.size();
  }
  void Enter(std::shared_ptr<Session> session) {
    const std::lock_guard lock(mutex);
    sessions.insert(std::move(session));
  }
  void Leave(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock(mutex);
    sessions.erase(session);
  }
};

// The right to answer one request, once. Given up unused, it answers that the server cannot.
class Reply {
 public:
  Reply(std::shared_ptr<Hall> hall, std::weak_ptr<Session> session)
      : hall_(std::move(hall)), session_(std::move(session)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    if (!sent_) Send(Problem({Code::kUnavailable, "expected an answer, but the server is shutting down"}));
  }

  void Send(HttpAnswer answer);

 private:
  std::shared_ptr<Hall> hall_;
  std::weak_ptr<Session> session_;
  std::atomic<bool> sent_ = false;
};

Error Refusal(std::string_view message) { return {Code::kInvalidArgument, std::string(message)}; }

// What Beast's parser lets through though it must not be believed.
Status CheckHead(const http::request_header<>& head) {
  const auto invalid = [](std::string_view message) { return tl::unexpected(Refusal(message)); };
  if (head.version() != 10 && head.version() != 11) return invalid("request line: expected HTTP/1.1 or HTTP/1.0");
  if (head.count(http::field::host) > 1 || (head.version() == 11 && head.count(http::field::host) == 0)) {
    return invalid("Host: expected one header");
  }
  const auto [first, last] = head.equal_range(http::field::transfer_encoding);
  if (first != last && (std::next(first) != last || !beast::iequals(first->value(), "chunked"))) {
    return invalid("Transfer-Encoding: expected chunked");
  }
  return {};
}

HttpAnswer AnswerTo(error_code error, const HttpServerOptions& options) {
  if (error == http::error::body_limit) {
    return Problem(413, {Code::kResourceExhausted,
                         "body: expected at most " + std::to_string(options.max_body_bytes) + " bytes, got more"});
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Problem(431, {Code::kResourceExhausted, "request head: expected at most " +
                                                       std::to_string(options.max_header_bytes) + " bytes, got more"});
  }
  return Problem(Refusal("request: expected HTTP/1.1, got: " + error.message()));
}

// One connection: reads a request, waits for its answer, writes that, and again.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<Hall> hall, const HttpHandler& handler)
      : stream_(std::move(socket)), hall_(std::move(hall)), handler_(handler), buffer_(BufferLimit()) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
  }

  void Start() {
    asio::dispatch(stream_.get_executor(),
                   [self = shared_from_this()] { self->AwaitRequest(self->options().header_timeout); });
  }

  // From any thread, while the hall is open.
  void Post(HttpAnswer answer) {
    asio::post(stream_.get_executor(),
               [self = shared_from_this(), answer = std::move(answer)]() mutable { self->Write(std::move(answer)); });
  }

 private:
  const HttpServerOptions& options() const { return hall_->options; }
  std::size_t BufferLimit() const { return std::max<std::size_t>(kReadBytes, options().max_header_bytes) + kReadBytes; }

  // The handler of an asynchronous step, which keeps the session alive.
  template <typename Step>
  auto Then(Step step) {
    return
        [self = shared_from_this(), step](error_code error, std::size_t bytes) { (self.get()->*step)(error, bytes); };
  }

  void AwaitRequest(Duration limit) {
    parser_.emplace();
    parser_->header_limit(options().max_header_bytes);
    parser_->body_limit(options().max_body_bytes);
    if (buffer_.size() > 0) return ReadHead();
    if (buffer_.capacity() > kIdleBytes) buffer_.shrink_to_fit();
    stream_.expires_after(limit);
    stream_.async_read_some(buffer_.prepare(kIdleBytes), Then(&Session::OnFirstBytes));
  }

  void OnFirstBytes(error_code error, std::size_t bytes) {
    if (error) return End();
    buffer_.commit(bytes);
    ReadHead();
  }

  void ReadHead() {
    stream_.expires_after(options().header_timeout);
    http::async_read_header(stream_, buffer_, *parser_, Then(&Session::OnHead));
  }

  void OnHead(error_code error, std::size_t /*bytes*/) {
    if (error) return Refuse(error);
    const http::request_header<>& head = parser_->get();
    if (const Status status = CheckHead(head); !status) return RefuseWith(Problem(status.error()));
    const std::string_view text(head.target().data(), head.target().size());
    Result<Target> target = ParseTarget(text);
    if (!target) return RefuseWith(Problem(target.error()));
    target_ = *std::move(target);
    if (!parser_->is_done() && beast::iequals(head[http::field::expect], "100-continue")) return WriteContinue();
    ReadBody();
  }

  void WriteContinue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), Then(&Session::OnContinue));
  }

  void OnContinue(error_code error, std::size_t /*bytes*/) {
    if (error) return End();
    ReadBody();
  }

  void ReadBody() {
    stream_.expires_after(BodyTime(parser_->content_length().value_or(0)));
    http::async_read(stream_, buffer_, *parser_, Then(&Session::OnBody));
  }

  void OnBody(error_code error, std::size_t /*bytes*/) {
    if (error) return Refuse(error);
    http::request<http::string_body> message = parser_->release();
    keep_alive_ = message.keep_alive() && message.version() == 11;
    method_ = message.method_string();
    HttpRequest request;
    request.method = method_ == "HEAD" ? "GET" : method_;
    request.path = std::move(target_.path);
    request.query = std::move(target_.query);
    for (const auto& field : message) {
      std::string name = field.name_string();
      std::ranges::transform(name, name.begin(), [](char c) { return beast::detail::ascii_tolower(c); });
      std::string& value = request.headers[name];
      if (!value.empty()) value += ", ";
      value += std::string_view(field.value().data(), field.value().size());
    }
    request.body = std::make_shared<const std::string>(std::move(message.body()));
    asked_.clear();
    for (const char* name : {"range", "if-range", "if-none-match"}) {
      if (const auto found = request.headers.find(name); found != request.headers.end()) asked_.insert(*found);
    }
    stream_.expires_never();
    handler_(std::move(request), [reply = std::make_shared<Reply>(hall_, weak_from_this())](HttpAnswer answer) {
      reply->Send(std::move(answer));
    });
  }

  void Refuse(error_code error) {
    const bool said_nothing_wrong = error == http::error::end_of_stream || error == http::error::partial_message;
    if (said_nothing_wrong || error.category() != make_error_code(http::error::body_limit).category()) return End();
    RefuseWith(AnswerTo(error, options()));
  }

  // What follows in the stream cannot be trusted to be a request.
  void RefuseWith(HttpAnswer answer) {
    keep_alive_ = false;
    method_ = parser_->get().method_string();
    asked_.clear();
    Write(std::move(answer));
  }

  void Write(HttpAnswer answer) {
    const ByteRange part = ShapeAnswer(method_, asked_, answer);
    answer_.emplace(std::move(answer));
    http::response<http::span_body<const char>>& response = answer_->response;
    response.result(static_cast<unsigned>(answer_->answer.status));
    response.version(11);
    for (const auto& [name, value] : answer_->answer.headers) response.set(name, value);
    response.keep_alive(keep_alive_);
    const bool has_body = answer_->answer.status != 304 && answer_->answer.status != 204;
    if (has_body) response.content_length(part.size);
    if (has_body && method_ != "HEAD" && part.size > 0) {
      response.body() = {answer_->answer.body->data() + part.offset, part.size};
    }
    stream_.expires_after(BodyTime(part.size));
    http::async_write(stream_, answer_->serializer, Then(&Session::OnWritten));
  }

  void OnWritten(error_code error, std::size_t /*bytes*/) {
    answer_.reset();
    if (error) return End();
    if (keep_alive_) return AwaitRequest(options().idle_timeout);
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kLinger);
    Discard({}, 0);
  }

  void Discard(error_code error, std::size_t /*bytes*/) {
    if (error) return End();
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kReadBytes), Then(&Session::Discard));
  }

  void End() {
    error_code ignored;
    stream_.socket().close(ignored);
    hall_->Leave(shared_from_this());
  }

  Duration BodyTime(std::uint64_t bytes) const {
    return options().body_timeout + std::chrono::seconds(bytes / kSlowestBytesPerSecond);
  }

  // The bytes on the wire are those of the handler's blob.
  struct Outgoing {
    explicit Outgoing(HttpAnswer a) : answer(std::move(a)) {}
    HttpAnswer answer;
    http::response<http::span_body<const char>> response;
    http::response_serializer<http::span_body<const char>> serializer{response};
  };

  beast::tcp_stream stream_;
  std::shared_ptr<Hall> hall_;
  const HttpHandler& handler_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Target target_;
  std::string method_;
  std::map<std::string, std::string> asked_;
  bool keep_alive_ = false;
  std::optional<Outgoing> answer_;
};

void Reply::Send(HttpAnswer answer) {
  if (sent_.exchange(true)) return;
  const std::lock_guard lock(hall_->mutex);
  const std::shared_ptr<Session> session = session_.lock();
  if (hall_->open && session != nullptr) session->Post(std::move(answer));
}

}  // namespace

struct HttpServer::State {
  State(HttpServerOptions options, HttpHandler the_handler) : handler(std::move(the_handler)) {
    hall->options = std::move(options);
  }

  std::shared_ptr<Hall> hall = std::make_shared<Hall>();
  HttpHandler handler;
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
        const auto session = std::make_shared<Session>(std::move(socket), hall, handler);
        hall->Enter(session);
        session->Start();
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
