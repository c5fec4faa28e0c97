#include "domain/ticket.h"

#include "base/check.h"
#include "base/crypto.h"
#include "base/pack.h"

namespace propius {
namespace {

constexpr char kTicketKind = 'd';
constexpr char kTermsKind = 'r';
constexpr char kNodeKind = 'n';
constexpr std::size_t kMacSize = 32;
constexpr std::size_t kMaxText = 4096;

}  // namespace

std::string Pack(const RoundTerms& terms) {
  Packer packer;
  packer.Text(terms.tenant).U64(terms.job.value).U32(terms.round.value);
  packer.U32(terms.demand).U32(terms.slots).U32(terms.target).U32(terms.max_slots);
  packer.I64(ToMicros(terms.deadline)).Text(terms.plan).Text(terms.reducer.name);
  packer.U32(static_cast<std::uint32_t>(terms.reducer.options.size()));
  for (const auto& [name, value] : terms.reducer.options) packer.Text(name).F64(value);
  packer.U64(terms.max_update_bytes).F64(terms.max_weight);
  // Only where there is one: terms that were packed before there were asynchronous jobs stay good.
  if (terms.sync) packer.Text(ToText(*terms.sync));
  return packer.Take();
}

Result<RoundTerms> UnpackTerms(std::string_view bytes) {
  Unpacker unpacker(bytes);
  RoundTerms terms;
  terms.tenant = unpacker.Text();
  terms.job = {unpacker.U64()};
  terms.round = {unpacker.U32()};
  terms.demand = unpacker.U32();
  terms.slots = unpacker.U32();
  terms.target = unpacker.U32();
  terms.max_slots = unpacker.U32();
  terms.deadline = FromMicros(unpacker.I64());
  terms.plan = unpacker.Text();
  terms.reducer.name = unpacker.Text();
  for (std::uint32_t left = unpacker.U32(); left > 0 && !unpacker.Failed(); --left) {
    std::string name = unpacker.Text();
    terms.reducer.options[std::move(name)] = unpacker.F64();
  }
  terms.max_update_bytes = unpacker.U64();
  terms.max_weight = unpacker.F64();
  const std::string sync = unpacker.AtEnd() ? std::string() : unpacker.Text();
  if (const Status status = unpacker.Finish("round terms"); !status) return tl::unexpected(status.error());
  if (!sync.empty()) {
    Result<SyncSpec> read = ParseSyncSpec(sync);
    if (!read) return tl::unexpected(read.error());
    terms.sync = *std::move(read);
  }
  return terms;
}

Sealer::Sealer(std::string secret) : secret_(std::move(secret)) { CHECK(secret_.size() >= 32); }

std::string Sealer::SealText(char kind, std::string_view payload) const {
  std::string bytes = kind + std::string(payload);
  bytes += HmacSha256(secret_, bytes);
  return ToBase64Url(bytes);
}

Result<std::string> Sealer::OpenText(char kind, std::string_view text, std::string_view what) const {
  const auto refused = [&] {
    return Fail(Code::kUnauthenticated,
                std::string(what) + ": expected one that this cluster issued, got another text");
  };
  if (text.size() > kMaxText) return refused();
  const Result<std::string> bytes = FromBase64Url(text);
  if (!bytes || bytes->size() < 1 + kMacSize || bytes->front() != kind) return refused();
  const std::string_view all = *bytes;
  const std::string_view signed_part = all.substr(0, all.size() - kMacSize);
  if (!SameBytes(HmacSha256(secret_, signed_part), all.substr(signed_part.size()))) return refused();
  return std::string(signed_part.substr(1));
}

std::string Sealer::Seal(const Ticket& ticket) const {
  Packer packer;
  packer.Text(ticket.tenant).U64(ticket.round.job.value).U32(ticket.round.round.value);
  packer.U32(ticket.slot.value).U32(ticket.group.value).U64(ticket.device.value);
  packer.Text(ticket.plan).U64(ticket.max_update_bytes).F64(ticket.max_weight);
  packer.I64(ToMicros(ticket.expires)).Text(ticket.leaf);
  return SealText(kTicketKind, packer.Take());
}

Result<Ticket> Sealer::OpenTicket(std::string_view text) const {
  const Result<std::string> payload = OpenText(kTicketKind, text, "ticket");
  if (!payload) return tl::unexpected(payload.error());
  Unpacker unpacker(*payload);
  Ticket ticket;
  ticket.tenant = unpacker.Text();
  ticket.round.job = {unpacker.U64()};
  ticket.round.round = {unpacker.U32()};
  ticket.slot = {unpacker.U32()};
  ticket.group = {unpacker.U32()};
  ticket.device = {unpacker.U64()};
  ticket.plan = unpacker.Text();
  ticket.max_update_bytes = unpacker.U64();
  ticket.max_weight = unpacker.F64();
  ticket.expires = FromMicros(unpacker.I64());
  ticket.leaf = unpacker.Text();
  if (const Status status = unpacker.Finish("ticket"); !status) return tl::unexpected(status.error());
  return ticket;
}

std::string Sealer::Seal(const RoundTerms& terms) const { return SealText(kTermsKind, Pack(terms)); }

Result<RoundTerms> Sealer::OpenTerms(std::string_view text) const {
  const Result<std::string> payload = OpenText(kTermsKind, text, "round token");
  if (!payload) return tl::unexpected(payload.error());
  return UnpackTerms(*payload);
}

std::string Sealer::Seal(const NodeToken& token) const {
  return SealText(kNodeKind, Packer().Text(token.node).I64(ToMicros(token.expires)).Take());
}

Result<NodeToken> Sealer::OpenNode(std::string_view text) const {
  const Result<std::string> payload = OpenText(kNodeKind, text, "node token");
  if (!payload) return tl::unexpected(payload.error());
  Unpacker unpacker(*payload);
  NodeToken token;
  token.node = unpacker.Text();
  token.expires = FromMicros(unpacker.I64());
  if (const Status status = unpacker.Finish("node token"); !status) return tl::unexpected(status.error());
  return token;
}

}  // namespace propius
