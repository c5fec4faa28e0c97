#include "http/session.h"

#include <algorithm>
#include <atomic>
#include <optional>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

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

// The right to answer one request, once. Given up unused, it answers that the server cannot.
class Reply {
 public:
  Reply(std::shared_ptr<Hall> hall, std::weak_ptr<HttpSession> session)
      : hall_(std::move(hall)), session_(std::move(session)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    if (!sent_) Send(Problem({Code::kUnavailable, "expected an answer, but the server is shutting down"}));
  }

  void Send(HttpAnswer answer) {
    if (sent_.exchange(true)) return;
    const std::lock_guard lock(hall_->mutex);
    // A closed hall is asked first: its sessions must end on no other thread than the server's.
    if (!hall_->open) return;
    if (const std::shared_ptr<HttpSession> session = session_.lock()) session->Post(std::move(answer));
  }

 private:
  std::shared_ptr<Hall> hall_;
  std::weak_ptr<HttpSession> session_;
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

HttpAnswer TooLarge(std::uint64_t limit) {
  return Problem(413,
                 {Code::kResourceExhausted, "body: expected at most " + std::to_string(limit) + " bytes, got more"});
}

HttpAnswer AnswerTo(error_code error, const HttpServerOptions& options, std::uint64_t body_limit) {
  if (error == http::error::body_limit) return TooLarge(body_limit);
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Problem(431, {Code::kResourceExhausted, "request head: expected at most " +
                                                       std::to_string(options.max_header_bytes) + " bytes, got more"});
  }
  return Problem(Refusal("request: expected HTTP/1.1, got: " + error.message()));
}

// One connection: reads a request, waits for its answer, writes that, and again.
class BeastSession final : public HttpSession, public std::enable_shared_from_this<BeastSession> {
 public:
  BeastSession(tcp::socket socket, std::shared_ptr<Hall> hall, const HttpHandler& handler)
      : stream_(std::move(socket)), hall_(std::move(hall)), handler_(handler), buffer_(BufferLimit()) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
  }

  void Start() {
    asio::dispatch(stream_.get_executor(),
                   [self = shared_from_this()] { self->AwaitRequest(self->options().header_timeout); });
  }

  void Post(HttpAnswer answer) override {
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
    body_limit_ = options().max_body_bytes;
    parser_->body_limit(body_limit_);
    if (buffer_.size() > 0) return ReadHead();
    if (buffer_.capacity() > kIdleBytes) buffer_.shrink_to_fit();
    stream_.expires_after(limit);
    stream_.async_read_some(buffer_.prepare(kIdleBytes), Then(&BeastSession::OnFirstBytes));
  }

  void OnFirstBytes(error_code error, std::size_t bytes) {
    if (error) return End();
    buffer_.commit(bytes);
    ReadHead();
  }

  void ReadHead() {
    stream_.expires_after(options().header_timeout);
    http::async_read_header(stream_, buffer_, *parser_, Then(&BeastSession::OnHead));
  }

  void OnHead(error_code error, std::size_t /*bytes*/) {
    if (error) return Refuse(error);
    const http::request_header<>& head = parser_->get();
    if (const Status status = CheckHead(head); !status) return RefuseWith(Problem(status.error()));
    const std::string_view text(head.target().data(), head.target().size());
    Result<Target> target = ParseTarget(text);
    if (!target) return RefuseWith(Problem(target.error()));
    target_ = *std::move(target);
    if (options().gate && !parser_->is_done()) {
      const auto room = options().gate({head.method_string(), target_.path, head[http::field::authorization]});
      if (!room) return RefuseWith(room.error());
      body_limit_ = std::min(body_limit_, *room);
      if (parser_->content_length().value_or(0) > body_limit_) return RefuseWith(TooLarge(body_limit_));
      parser_->body_limit(body_limit_);
    }
    if (!parser_->is_done() && beast::iequals(head[http::field::expect], "100-continue")) return WriteContinue();
    ReadBody();
  }

  void WriteContinue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), Then(&BeastSession::OnContinue));
  }

  void OnContinue(error_code error, std::size_t /*bytes*/) {
    if (error) return End();
    ReadBody();
  }

  void ReadBody() {
    charge_.emplace(hall_->bodies);
    if (parser_->is_done()) return Handle({});
    const auto length = parser_->content_length();
    stream_.expires_after(BodyTime(length.value_or(0)));
    if (length) return ReadInto(*length);
    parser_->eager(true);
    ReadChunks();
  }

  // A body whose length is known is received where it stays: through the parser, it would be copied piece by piece.
  void ReadInto(std::uint64_t length) {
    length_ = length;
    came_ = std::min<std::size_t>(length_, buffer_.size());
    body_ = hall_->shelf->Take(length_);
    if (body_.empty()) {
      body_.reserve(length_);
      body_.resize(came_);
    }
    std::copy_n(static_cast<const char*>(buffer_.data().data()), came_, body_.data());
    buffer_.consume(came_);
    OnBodyBytes({}, 0);
  }

  void OnBodyBytes(error_code error, std::size_t bytes) {
    if (error) return End();
    came_ += bytes;
    if (!Charge(came_)) return;
    if (came_ == length_) return Handle(std::move(body_));
    // By as much again as came, so that large bodies take few reads, and small senders little memory.
    if (came_ == body_.size()) body_.resize(came_ + std::min(std::max(kReadBytes, came_), length_ - came_));
    stream_.async_read_some(asio::buffer(body_.data() + came_, body_.size() - came_), Then(&BeastSession::OnBodyBytes));
  }

  void ReadChunks() { http::async_read_some(stream_, buffer_, *parser_, Then(&BeastSession::OnChunks)); }

  void OnChunks(error_code error, std::size_t /*bytes*/) {
    if (error) return Refuse(error);
    std::string& body = parser_->get().body();
    if (!Charge(body.size())) return;
    if (!parser_->is_done()) return ReadChunks();
    Handle(std::move(body));
  }

  // As it comes: a body that is only announced takes nothing from the others. False once it has refused.
  bool Charge(std::size_t bytes) {
    if (charge_->GrowTo(bytes)) return true;
    charge_.reset();
    body_ = {};
    RefuseWith(Problem({Code::kUnavailable, "body: expected room for it, but others fill the server's " +
                                                std::to_string(options().max_bodies_bytes) + " bytes"}));
    return false;
  }

  void Handle(std::string body) {
    const http::request<http::string_body> message = parser_->release();
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
    request.body = Charged(std::move(body), *std::move(charge_), hall_->shelf);
    charge_.reset();
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
    RefuseWith(AnswerTo(error, options(), body_limit_));
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
    http::async_write(stream_, answer_->serializer, Then(&BeastSession::OnWritten));
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
    stream_.async_read_some(buffer_.prepare(kReadBytes), Then(&BeastSession::Discard));
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
  std::optional<ByteCharge> charge_;
  std::string body_;  // while it comes
  std::size_t came_ = 0;
  std::size_t length_ = 0;
  std::uint64_t body_limit_ = 0;
  Target target_;
  std::string method_;
  std::map<std::string, std::string> asked_;
  bool keep_alive_ = false;
  std::optional<Outgoing> answer_;
};

}  // namespace

std::size_t Hall::Count() {
  const std::lock_guard lock(mutex);
  return sessions.size();
}

void Hall::Enter(std::shared_ptr<HttpSession> session) {
  const std::lock_guard lock(mutex);
  sessions.insert(std::move(session));
}

void Hall::Leave(const std::shared_ptr<HttpSession>& session) {
  const std::lock_guard lock(mutex);
  sessions.erase(session);
}

void StartSession(tcp::socket socket, std::shared_ptr<Hall> hall, const HttpHandler& handler) {
  const auto session = std::make_shared<BeastSession>(std::move(socket), hall, handler);
  hall->Enter(session);
  session->Start();
}

}  // namespace propius
