#include "apps/slow_link.h"

#include <thread>

#include <boost/asio.hpp>
#include <gtest/gtest.h>

#include "base/real_runtime.h"

namespace propius {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

TEST(SlowLink, DeliversEverythingLaterInBothDirectionsAndPassesTheEndOn) {
  asio::io_context context;
  tcp::acceptor echo(context, {asio::ip::address_v4::loopback(), 0});
  std::thread server([&] {
    tcp::socket peer = echo.accept();
    std::string text;
    boost::system::error_code end;
    asio::read(peer, asio::dynamic_buffer(text), end);  // until the other side shuts down
    asio::write(peer, asio::buffer(text));
  });

  auto link = SlowLink::Start(echo.local_endpoint().port(), 30ms);
  ASSERT_TRUE(link) << link.error().message;
  tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), (*link)->port()});
  const std::string sent(300'000, 'x');
  const Time began = RealNow();
  asio::write(socket, asio::buffer(sent));
  socket.shutdown(tcp::socket::shutdown_send);
  std::string heard;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(heard), end);
  EXPECT_EQ(end, asio::error::eof);
  EXPECT_EQ(heard, sent);
  EXPECT_GE(RealNow() - began, 60ms);
  server.join();
}

}  // namespace
}  // namespace propius
