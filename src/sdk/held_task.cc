#include "sdk/held_task.h"

#include "base/real_runtime.h"

namespace propius {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr Duration kDefaultLease = 10s;
// A server assigns only work that can still be done. If that looks expired to us, it is our clock that is wrong, and
// the lease and the answers of the data plane must tell when the time is up.
constexpr Duration kLifeByAWrongClock = 10min;

}  // namespace

Result<HeldAssignment> ReadAssignment(const v1::Assignment& message, Time now) {
  HeldAssignment held;
  held.round = {JobId{message.round().job_id()}, RoundNumber{message.round().round()}};
  held.slot = message.slot();
  held.ticket = message.ticket();
  held.leaf = message.leaf();
  held.plan_digest = message.plan_digest();
  while (held.leaf.ends_with('/')) held.leaf.pop_back();
  if (held.ticket.empty()) return Fail(Code::kInvalidArgument, "assignment.ticket: expected a ticket, got none");
  if (held.leaf.empty()) return Fail(Code::kInvalidArgument, "assignment.leaf: expected a base URL, got none");
  if (held.plan_digest.size() != kDigestBytes) {
    return Fail(Code::kInvalidArgument,
                "assignment.plan_digest: expected 32 bytes, got " + std::to_string(held.plan_digest.size()));
  }
  held.expires = Time(std::chrono::milliseconds(message.expires_unix_ms()));
  if (held.expires <= now) held.expires = now + kLifeByAWrongClock;
  held.lease = message.lease_ms() == 0 ? kDefaultLease : Duration(std::chrono::milliseconds(message.lease_ms()));
  return held;
}

bool TaskLife::Over() const { return lease_lost.load() || stop->raised() || RealNow() >= expires; }

}  // namespace propius
