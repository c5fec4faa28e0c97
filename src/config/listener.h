// Where a server listens, and how its callers write that.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace propius {

struct Listener {
  std::string address = "127.0.0.1";  // as ParseAddress gives it
  std::uint16_t port = 0;

  bool IsLoopback() const;
  // An IPv6 address in brackets.
  std::string HostPort() const;
  std::string Url() const { return "http://" + HostPort(); }
};

// An IPv4 or IPv6 address, as the system writes it. Takes one in brackets too, and "localhost" for 127.0.0.1: other
// names may be those of several addresses.
Result<std::string> ParseAddress(const std::string& text);

}  // namespace propius
