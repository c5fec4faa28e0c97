#include "apps/slow_link.h"

#include <array>
#include <deque>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio.hpp>

#include "apps/free_port.h"
#include "base/real_runtime.h"

namespace propius {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::ip::tcp::socket;

// One direction of a connection. Lives as long as an operation of it is under way.
class Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  Pipe(std::shared_ptr<Socket> from, std::shared_ptr<Socket> to, Duration one_way)
      : from_(std::move(from)), to_(std::move(to)), one_way_(one_way), timer_(from_->get_executor()) {}

  void Read() {
    from_->async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code error, std::size_t size) {
      // An empty piece stands for the end.
      self->pieces_.push_back({RealNow() + self->one_way_, std::string(self->buffer_.data(), error ? 0 : size)});
      if (self->pieces_.size() == 1) self->Wait();
      if (!error) self->Read();
    });
  }

 private:
  struct Piece {
    Time due;
    std::string bytes;
  };

  void Wait() {
    timer_.expires_after(std::max(pieces_.front().due - RealNow(), Duration::zero()));
    timer_.async_wait([self = shared_from_this()](error_code) { self->Write(); });
  }
  void Write() {
    if (pieces_.front().bytes.empty()) {
      error_code ignored;
      to_->shutdown(Socket::shutdown_send, ignored);
      return;
    }
    asio::async_write(*to_, asio::buffer(pieces_.front().bytes),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        self->pieces_.pop_front();
                        if (error) return self->Break();
                        if (!self->pieces_.empty()) self->Wait();
                      });
  }
  void Break() {
    error_code ignored;
    from_->close(ignored);
    to_->close(ignored);
  }

  const std::shared_ptr<Socket> from_;
  const std::shared_ptr<Socket> to_;
  const Duration one_way_;
  asio::steady_timer timer_;
  std::array<char, 64 * 1024> buffer_{};
  std::deque<Piece> pieces_;
};

}  // namespace

class SlowLink::Relay {
 public:
  Relay(std::uint16_t port, std::uint16_t to, Duration one_way)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), port}),
        to_(asio::ip::address_v4::loopback(), to),
        one_way_(one_way) {
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Relay() {
    context_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void Accept() {
    acceptor_.async_accept([this](error_code error, Socket accepted) {
      if (!error) Join(std::make_shared<Socket>(std::move(accepted)));
      Accept();
    });
  }
  void Join(const std::shared_ptr<Socket>& near) {
    auto far = std::make_shared<Socket>(context_);
    far->async_connect(to_, [this, near, far](error_code error) {
      if (error) return;  // both close
      for (Socket* socket : {near.get(), far.get()}) {
        error_code ignored;
        socket->set_option(asio::ip::tcp::no_delay(true), ignored);
      }
      std::make_shared<Pipe>(near, far, one_way_)->Read();
      std::make_shared<Pipe>(far, near, one_way_)->Read();
    });
  }

  asio::io_context context_{1};
  asio::ip::tcp::acceptor acceptor_;
  const asio::ip::tcp::endpoint to_;
  const Duration one_way_;
  std::thread thread_;
};

SlowLink::SlowLink(std::unique_ptr<Relay> relay) : relay_(std::move(relay)) {}
SlowLink::~SlowLink() = default;
std::uint16_t SlowLink::port() const { return relay_->port(); }

Result<std::unique_ptr<SlowLink>> SlowLink::Start(std::uint16_t to, Duration one_way) {
  const auto ports = FindFreePorts(1);
  if (!ports) return tl::unexpected(ports.error());
  try {
    return std::unique_ptr<SlowLink>(new SlowLink(std::make_unique<Relay>(ports->front(), to, one_way)));
  } catch (const boost::system::system_error& error) {
    return Fail(Code::kUnavailable, std::string("slow link: ") + error.what());
  }
}

}  // namespace propius
