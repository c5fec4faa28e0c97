// Who makes a call: the credential in its metadata, and the address it comes from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <grpcpp/server_context.h>

#include "base/result.h"
#include "domain/ticket.h"

namespace propius {

// The text after `scheme` in the metadata "authorization"; "" if the call has none of that metadata, kUnauthenticated
// if it has another scheme or two of it.
Result<std::string> CredentialOf(const grpc::CallbackServerContext& call, std::string_view scheme);

inline constexpr std::string_view kBearer = "Bearer";
inline constexpr std::string_view kNode = "Propius-Node";

// kUnauthenticated unless `token` is a node's, sealed by this cluster and still alive.
Status CheckNode(const Sealer& sealer, const std::string& token, Time now);

struct Peer {
  std::string ip;
  std::uint32_t port = 0;
};
// Reads gRPC's "ipv4:10.0.0.1:5000" and "ipv6:%5B::1%5D:5000"; anything else is the ip as it stands, with port 0.
Peer ParsePeer(std::string_view text);

}  // namespace propius
