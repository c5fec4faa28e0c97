#include "http/tree_messages.h"

#include <array>
#include <charconv>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/crypto.h"
#include "base/pack.h"
#include "domain/ticket.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLengthBytes = 8;
// What a message may make us allocate for a set of slots.
constexpr std::size_t kMaxSlots = std::size_t{1} << 24;
constexpr std::array<std::string_view, 4> kVerdicts{"committed", "closed", "fenced", "gap"};

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string Text(const Bitmap& slots) { return ToBase64Url(slots.Serialize()); }

// Reads the fields of one JSON object; the first that is wrong makes status() fail.
class FieldReader {
 public:
  FieldReader(std::string_view text, std::string_view what) : what_(what), json_(Json::parse(text, nullptr, false)) {
    if (!json_.is_object()) Refuse("a JSON object");
  }

  std::string String(const char* key) {
    const Json* const field = Find(key);
    if (field != nullptr && field->is_string()) return field->get<std::string>();
    Refuse("a text \"" + std::string(key) + "\"");
    return "";
  }

  template <typename Number = std::uint64_t>
  Number Whole(const char* key) {
    const Json* const field = Find(key);
    if (field != nullptr && field->is_number_unsigned()) {
      const auto value = field->get<std::uint64_t>();
      if (value <= std::numeric_limits<Number>::max()) return static_cast<Number>(value);
    }
    Refuse("a whole number \"" + std::string(key) + "\"");
    return 0;
  }

  std::string Bytes(const char* key) { return Take(FromBase64Url(String(key)), key); }
  std::string Hex(const char* key) { return Take(FromHex(String(key)), key); }
  Bitmap Slots(const char* key) { return Take(Bitmap::Parse(Bytes(key), kMaxSlots), key); }

  std::map<std::uint32_t, std::string> Reasons(const char* key) {
    std::map<std::uint32_t, std::string> reasons;
    const Json* const field = Find(key);
    if (field == nullptr || !field->is_object()) {
      Refuse("an object \"" + std::string(key) + "\"");
      return reasons;
    }
    for (const auto& [slot, reason] : field->items()) {
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(slot.data(), slot.data() + slot.size(), number);
      if (error != std::errc() || end != slot.data() + slot.size() || !reason.is_string()) {
        Refuse("slots with reasons in \"" + std::string(key) + "\"");
        return reasons;
      }
      reasons[number] = reason.get<std::string>();
    }
    return reasons;
  }

  const Status& status() const { return status_; }

  template <typename Value>
  Value Take(Result<Value> value, std::string_view key) {
    if (value) return *std::move(value);
    Refuse("a valid \"" + std::string(key) + "\" (" + value.error().message + ")");
    return {};
  }

 private:
  const Json* Find(const char* key) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }

  void Refuse(const std::string& expected) {
    if (status_) status_ = Fail(Code::kInvalidArgument, std::string(what_) + ": expected " + expected);
  }

  std::string_view what_;
  Json json_;
  Status status_;
};

}  // namespace

std::string ToJson(const ClaimRequest& claim) {
  return Dump({{"node", claim.node},
               {"incarnation", std::to_string(claim.incarnation)},
               {"job", claim.round.job.value},
               {"round", claim.round.round.value},
               {"group", claim.group.value}});
}

Result<ClaimRequest> ClaimFromJson(std::string_view text) {
  FieldReader fields(text, "claim");
  ClaimRequest claim;
  claim.node = fields.String("node");
  const std::string incarnation = fields.String("incarnation");
  const auto [end, error] =
      std::from_chars(incarnation.data(), incarnation.data() + incarnation.size(), claim.incarnation);
  claim.round = {{fields.Whole("job")}, {fields.Whole<std::uint32_t>("round")}};
  claim.group = {fields.Whole<std::uint32_t>("group")};
  if (!fields.status()) return tl::unexpected(fields.status().error());
  if (error != std::errc() || end != incarnation.data() + incarnation.size()) {
    return Fail(Code::kInvalidArgument,
                "claim: expected decimal digits in \"incarnation\", got \"" + incarnation.substr(0, 80) + "\"");
  }
  return claim;
}

std::string ToJson(const ClaimGrant& grant) {
  return Dump({{"generation", grant.generation},
               {"committed", Text(grant.committed)},
               {"terms", ToBase64Url(Pack(grant.terms))}});
}

Result<ClaimGrant> GrantFromJson(std::string_view text) {
  FieldReader fields(text, "claim's answer");
  ClaimGrant grant;
  grant.generation = fields.Whole("generation");
  grant.committed = fields.Slots("committed");
  grant.terms = fields.Take(UnpackTerms(fields.Bytes("terms")), "terms");
  if (!fields.status()) return tl::unexpected(fields.status().error());
  return grant;
}

std::string ToBody(const Segment& segment) {
  const std::string_view partial = segment.partial == nullptr ? std::string_view() : std::string_view(*segment.partial);
  Json rejected = Json::object();
  for (const auto& [slot, reason] : segment.rejected) rejected[std::to_string(slot)] = reason;
  const std::string text = Dump({{"node", segment.node},
                                 {"job", segment.round.job.value},
                                 {"round", segment.round.round.value},
                                 {"group", segment.group.value},
                                 {"generation", segment.generation},
                                 {"number", segment.number},
                                 {"slots", Text(segment.slots)},
                                 {"rejected", std::move(rejected)},
                                 {"late", Text(segment.late)},
                                 {"digest", ToHex(Sha256(partial))}});
  std::string body = Packer().U64(text.size()).Take();
  body.reserve(body.size() + text.size() + partial.size());
  return body.append(text).append(partial);
}

Result<Segment> SegmentFromBody(std::string_view body) {
  const std::uint64_t length = Unpacker(body.substr(0, kLengthBytes)).U64();
  if (body.size() < kLengthBytes || length > body.size() - kLengthBytes) {
    return Fail(Code::kInvalidArgument,
                "segment: expected the length of a text and that text, got " + std::to_string(body.size()) + " bytes");
  }
  if (length > kMaxSegmentText) {
    return Fail(Code::kInvalidArgument, "segment: expected a text of at most " + std::to_string(kMaxSegmentText) +
                                            " bytes, got " + std::to_string(length));
  }
  const std::string_view partial = body.substr(kLengthBytes + length);
  FieldReader fields(body.substr(kLengthBytes, length), "segment");
  Segment segment;
  segment.node = fields.String("node");
  segment.round = {{fields.Whole("job")}, {fields.Whole<std::uint32_t>("round")}};
  segment.group = {fields.Whole<std::uint32_t>("group")};
  segment.generation = fields.Whole("generation");
  segment.number = fields.Whole("number");
  segment.slots = fields.Slots("slots");
  segment.rejected = fields.Reasons("rejected");
  segment.late = fields.Slots("late");
  const std::string digest = fields.Hex("digest");
  if (!fields.status()) return tl::unexpected(fields.status().error());
  if (Sha256(partial) != digest) {
    return Fail(Code::kDataLoss, "segment: expected a partial with SHA-256 " + ToHex(digest) + ", got another");
  }
  if (!partial.empty()) segment.partial = std::make_shared<const std::string>(partial);
  return segment;
}

std::string ToJson(SegmentVerdict verdict) {
  return Dump({{"verdict", kVerdicts.at(static_cast<std::size_t>(verdict))}});
}

Result<SegmentVerdict> VerdictFromJson(std::string_view text) {
  FieldReader fields(text, "segment's answer");
  const std::string verdict = fields.String("verdict");
  if (!fields.status()) return tl::unexpected(fields.status().error());
  for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
    if (kVerdicts.at(i) == verdict) return static_cast<SegmentVerdict>(i);
  }
  return Fail(Code::kInvalidArgument,
              "segment's answer: expected committed, closed, fenced or gap, got \"" + verdict.substr(0, 80) + "\"");
}

}  // namespace propius
