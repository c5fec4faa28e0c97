#include "control/memo.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/pack.h"
#include "control/reply_shelf.h"

namespace propius {
namespace {

constexpr std::size_t kLongestKey = 128;
constexpr std::size_t kLongestNonce = 64;

Status CheckKey(std::string_view key, std::size_t longest, const std::string& what) {
  const bool printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
  if (!key.empty() && key.size() <= longest && printable) return {};
  return Fail(Code::kInvalidArgument, what + ": expected 1 to " + std::to_string(longest) +
                                          " printable characters, got " + std::to_string(key.size()) +
                                          (printable ? "" : ", not all printable"));
}

}  // namespace

Result<KeyedCall> KeyJobCall(const TenantId& tenant, std::string_view key, std::string_view request) {
  if (const Status status = CheckKey(key, kLongestKey, "idempotency_key"); !status) {
    return tl::unexpected(status.error());
  }
  return KeyedCall{JobReplyKey(tenant, key), Sha256(request)};
}

Result<KeyedCall> KeyAccept(DeviceId device, std::string_view nonce, const RoundKey& round) {
  if (device.value == 0) return Fail(Code::kInvalidArgument, "device_id: expected a number other than 0, got 0");
  if (const Status status = CheckKey(nonce, kLongestNonce, "nonce"); !status) return tl::unexpected(status.error());
  const std::string request = Packer().Text("accept").U64(round.job.value).U32(round.round.value).Take();
  return KeyedCall{DeviceReplyKey(device, nonce), Sha256(request)};
}

}  // namespace propius
