#include "config/listener.h"

#include <gtest/gtest.h>

namespace propius {
namespace {

TEST(Listener, TakesEveryWayToWriteAnAddress) {
  for (const auto& [text, address] :
       std::initializer_list<std::pair<const char*, const char*>>{{"127.0.0.1", "127.0.0.1"},
                                                                  {"localhost", "127.0.0.1"},
                                                                  {"::1", "::1"},
                                                                  {"[::1]", "::1"},
                                                                  {"0:0:0:0:0:0:0:1", "::1"},
                                                                  {"0.0.0.0", "0.0.0.0"},
                                                                  {"[2001:DB8::7]", "2001:db8::7"}}) {
    EXPECT_EQ(ParseAddress(text), std::string(address)) << text;
  }
}

TEST(Listener, RefusesWhatNoServerCanListenOn) {
  for (const char* text :
       {"", "127.anything", "127.1", "[127.0.0.1]", "::1]", "[::1", "host.example", "127.0.0.1:80"}) {
    const Result<std::string> address = ParseAddress(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().message,
              "expected an IPv4 or IPv6 address or localhost, got \"" + std::string(text) + "\"");
  }
}

TEST(Listener, WritesIpv6InBrackets) {
  EXPECT_EQ((Listener{"::1", 20401}.Url()), "http://[::1]:20401");
  EXPECT_EQ((Listener{"127.0.0.1", 20400}.HostPort()), "127.0.0.1:20400");
}

TEST(Listener, KnowsLoopback) {
  EXPECT_TRUE((Listener{"127.8.0.1", 1}.IsLoopback()));
  EXPECT_TRUE((Listener{"::1", 1}.IsLoopback()));
  EXPECT_FALSE((Listener{"0.0.0.0", 1}.IsLoopback()));
  EXPECT_FALSE((Listener{"::", 1}.IsLoopback()));
}

}  // namespace
}  // namespace propius
