// Signed capabilities: short texts that their holder cannot forge, the data plane's only credentials.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/round.h"

namespace propius {

// Lets one device fetch one plan and contribute one update; what a contribution is counted by.
struct Ticket {
  TenantId tenant;
  RoundKey round;
  Slot slot;
  GroupId group;
  DeviceId device;
  Digest plan;
  std::uint64_t max_update_bytes = 0;
  double max_weight = 0;
  Time expires;
  std::string leaf;  // base URL of the leaf to use

  friend bool operator==(const Ticket&, const Ticket&) = default;
};

// Lets a node of the aggregation tree claim groups and push segments.
struct NodeToken {
  std::string node;
  Time expires;

  friend bool operator==(const NodeToken&, const NodeToken&) = default;
};

// Seals and opens with one secret per cluster (HMAC-SHA256). A text of one kind never opens as another.
class Sealer {
 public:
  // `secret`: at least 32 bytes.
  explicit Sealer(std::string secret);

  std::string Seal(const Ticket& ticket) const;
  std::string Seal(const RoundTerms& terms) const;
  std::string Seal(const NodeToken& token) const;

  // kUnauthenticated for anything that this secret did not seal; expiry is for the caller to check.
  Result<Ticket> OpenTicket(std::string_view text) const;
  Result<RoundTerms> OpenTerms(std::string_view text) const;
  Result<NodeToken> OpenNode(std::string_view text) const;

 private:
  std::string SealText(char kind, std::string_view payload) const;
  Result<std::string> OpenText(char kind, std::string_view text, std::string_view what) const;

  std::string secret_;
};

// Unsealed bytes, also for the store.
std::string Pack(const RoundTerms& terms);
Result<RoundTerms> UnpackTerms(std::string_view bytes);

}  // namespace propius
