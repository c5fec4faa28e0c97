#include "apps/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/real_runtime.h"
#include "base/rng.h"

namespace propius {
namespace {

constexpr std::uint16_t kLow = 20'000;
constexpr std::uint16_t kHigh = 32'000;
constexpr int kTries = 500;

bool IsFree(std::uint16_t port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool free = bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(socket_fd);
  return free;
}

}  // namespace

Result<std::vector<std::uint16_t>> FindFreePorts(std::size_t count) {
  Rng chance(SeedFromSystem());
  for (int i = 0; i < kTries; ++i) {
    // Neighbours, so that an operator recognises them as one site.
    const auto first = static_cast<std::uint16_t>(kLow + chance.Below(kHigh - kLow - count));
    std::vector<std::uint16_t> ports;
    while (ports.size() < count && IsFree(static_cast<std::uint16_t>(first + ports.size()))) {
      ports.push_back(static_cast<std::uint16_t>(first + ports.size()));
    }
    if (ports.size() == count) return ports;
  }
  return Fail(Code::kUnavailable, "expected " + std::to_string(count) + " free ports from " + std::to_string(kLow) +
                                      " to " + std::to_string(kHigh) + " on loopback, found none");
}

}  // namespace propius
