#include "rpc/caller.h"

#include <algorithm>
#include <charconv>

namespace propius {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// gRPC writes the brackets of an IPv6 address percent-encoded.
std::string WithoutBrackets(std::string_view text) {
  for (const std::string_view open : {"%5B", "["}) {
    if (text.starts_with(open)) text.remove_prefix(open.size());
  }
  for (const std::string_view close : {"%5D", "]"}) {
    if (text.ends_with(close)) text.remove_suffix(close.size());
  }
  return std::string(text);
}

}  // namespace

Result<std::string> CredentialOf(const grpc::CallbackServerContext& call, std::string_view scheme) {
  const auto [first, last] = call.client_metadata().equal_range("authorization");
  if (first == last) return "";
  const std::string_view value(first->second.data(), first->second.size());
  const std::size_t blank = std::min(value.find(' '), value.size());
  const bool same = std::ranges::equal(value.substr(0, blank), scheme, {}, Lower, Lower);
  const std::size_t token = std::min(value.find_first_not_of(' ', blank), value.size());
  if (same && token < value.size() && std::next(first) == last) return std::string(value.substr(token));
  return Fail(Code::kUnauthenticated, "authorization: expected one \"" + std::string(scheme) + "\" and a token");
}

Status CheckNode(const Sealer& sealer, const std::string& token, Time now) {
  const Result<NodeToken> node = sealer.OpenNode(token);
  if (!node) return tl::unexpected(node.error());
  if (node->expires > now) return {};
  return Fail(Code::kUnauthenticated,
              "node token of " + node->node + ": expected a live one, got one that has expired");
}

Peer ParsePeer(std::string_view text) {
  const bool known = text.starts_with("ipv4:") || text.starts_with("ipv6:");
  const std::size_t colon = text.rfind(':');
  std::uint32_t port = 0;
  const std::string_view digits = text.substr(std::min(text.size(), colon == std::string_view::npos ? 0 : colon + 1));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  constexpr std::size_t kScheme = 5;
  if (!known || colon < kScheme || error != std::errc() || end != digits.data() + digits.size()) {
    return {std::string(text), 0};
  }
  return {WithoutBrackets(text.substr(kScheme, colon - kScheme)), port};
}

}  // namespace propius
