#include "config/listener.h"

#include <array>

#include <arpa/inet.h>

#include "base/quote.h"

namespace propius {

bool Listener::IsLoopback() const { return address.starts_with("127.") || address == "::1"; }

std::string Listener::HostPort() const {
  const bool ipv6 = address.find(':') != std::string::npos;
  return (ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Result<std::string> ParseAddress(const std::string& text) {
  if (text == "localhost") return std::string("127.0.0.1");
  const bool bracketed = text.starts_with('[') && text.ends_with(']');
  const std::string bare = bracketed ? text.substr(1, text.size() - 2) : text;
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  for (const int family : {AF_INET, AF_INET6}) {
    if ((bracketed && family == AF_INET) || inet_pton(family, bare.c_str(), bytes.data()) != 1) continue;
    return std::string(inet_ntop(family, bytes.data(), written.data(), written.size()));
  }
  return Fail(Code::kInvalidArgument, "expected an IPv4 or IPv6 address or localhost, got " + Quote(text));
}

}  // namespace propius
