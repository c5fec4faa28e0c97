#include <string>

#include "base/crypto.h"
#include "domain/ticket.h"
#include "fuzz.h"

namespace propius {
namespace {

constexpr std::size_t kLongestText = 4096;

const std::string& Secret() {
  static const std::string secret(32, 'k');
  return secret;
}

const Sealer& Cluster() {
  static const Sealer sealer(Secret());
  return sealer;
}

// Nobody forges a seal by chance.
void TryText(std::string_view text) {
  CHECK(Cluster().OpenTicket(text).error().code == Code::kUnauthenticated);
  CHECK(Cluster().OpenTerms(text).error().code == Code::kUnauthenticated);
  CHECK(Cluster().OpenNode(text).error().code == Code::kUnauthenticated);
}

// What a holder of the secret could have sealed, kind and all: at most one kind opens, and seals to the same again.
void TrySealed(std::string_view payload) {
  const std::string text = ToBase64Url(std::string(payload) + HmacSha256(Secret(), payload));
  const Result<Ticket> ticket = Cluster().OpenTicket(text);
  const Result<RoundTerms> terms = Cluster().OpenTerms(text);
  const Result<NodeToken> node = Cluster().OpenNode(text);
  CHECK(ticket.has_value() + terms.has_value() + node.has_value() <= 1);
  CHECK(text.size() <= kLongestText || !(ticket || terms || node));
  if (ticket) CHECK(Cluster().Seal(*ticket) == text);
  if (node) CHECK(Cluster().Seal(*node) == text);
}

void TryTerms(std::string_view bytes) {
  const Result<RoundTerms> terms = UnpackTerms(bytes);
  if (!terms) return;
  // Options may come in any order or twice; packed once, they stay as they are.
  const std::string packed = Pack(*terms);
  CHECK(Pack(UnpackTerms(packed).value()) == packed);
  const std::string sealed = Cluster().Seal(*terms);
  if (sealed.size() <= kLongestText) CHECK(Pack(Cluster().OpenTerms(sealed).value()) == packed);
}

}  // namespace
}  // namespace propius

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = propius::AsText(bytes, size);
  propius::TryText(text);
  propius::TrySealed(text);
  propius::TryTerms(text);
  return 0;
}
