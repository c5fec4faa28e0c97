#include <limits>

#include "base/pack.h"
#include "dataplane/round_record.h"
#include "domain/ticket.h"

namespace propius {
namespace {

constexpr std::uint8_t kVersion = 1;

std::uint32_t Length(std::size_t size) { return static_cast<std::uint32_t>(size); }

void PackManifest(Packer& packer, const Manifest& manifest) {
  packer.U32(Length(manifest.size()));
  for (const TensorSpec& tensor : manifest) {
    packer.Text(tensor.name).Text(DtypeName(tensor.dtype)).U32(Length(tensor.shape.size()));
    for (const std::uint64_t extent : tensor.shape) packer.U64(extent);
  }
}

void PackCensus(Packer& packer, const std::optional<BindCensus>& census) {
  packer.U8(census ? 1 : 0);
  if (!census) return;
  packer.U32(census->granted).U32(census->returned).U32(census->bound).U32(census->stranded);
  packer.Text(census->failed.Serialize()).Text(census->expired.Serialize());
}

// Reads with one verdict at the end, as Unpacker does.
class RoundReader {
 public:
  explicit RoundReader(std::string_view bytes) : bytes_(bytes) {}

  Result<PackedRound> Read() {
    if (bytes_.U8() != kVersion) return Damaged("another version");
    PackedRound round;
    RoundRecord& record = round.record;
    const Result<RoundTerms> terms = UnpackTerms(bytes_.Text());
    if (!terms) return Damaged(terms.error().message);
    record.terms = *terms;
    ReadManifest(record.manifest);
    ReadGroups(record);
    for (std::uint32_t left = bytes_.U32(); left > 0 && !bytes_.Failed(); --left) {
      const std::uint32_t slot = bytes_.U32();
      record.rejected[slot] = bytes_.Text();
    }
    record.late = Slots();
    Check(ParseOutcome(bytes_.Text()), record.outcome);
    record.reason = bytes_.Text();
    record.closed_at = FromMicros(bytes_.I64());
    record.settled = bytes_.U8() != 0;
    if (bytes_.U8() != 0) record.census = ReadCensus();
    round.partial = bytes_.Text();
    Check(bytes_.Finish("round record"));
    if (!problem_.empty()) return Damaged(problem_);
    return round;
  }

 private:
  static tl::unexpected<Error> Damaged(const std::string& what) {
    return Fail(Code::kDataLoss, "stored round: expected a record of version 1, got " + what);
  }
  template <typename T>
  void Check(const Result<T>& result, T& value) {
    if (result) {
      value = *result;
    } else {
      Check(tl::unexpected(result.error()));
    }
  }
  void Check(const Status& status) {
    if (!status && problem_.empty()) problem_ = status.error().message;
  }

  Bitmap Slots() {
    Bitmap slots;
    Check(Bitmap::Parse(bytes_.Text(), std::numeric_limits<std::uint32_t>::max()), slots);
    return slots;
  }

  void ReadManifest(Manifest& manifest) {
    for (std::uint32_t left = bytes_.U32(); left > 0 && !bytes_.Failed(); --left) {
      TensorSpec& tensor = manifest.emplace_back();
      tensor.name = bytes_.Text();
      Check(ParseDtype(bytes_.Text()), tensor.dtype);
      for (std::uint32_t extents = bytes_.U32(); extents > 0 && !bytes_.Failed(); --extents) {
        tensor.shape.push_back(bytes_.U64());
      }
    }
  }

  void ReadGroups(RoundRecord& record) {
    for (std::uint32_t left = bytes_.U32(); left > 0 && !bytes_.Failed(); --left) {
      GroupTally& group = record.groups[{bytes_.U32()}];
      group.owner = bytes_.Text();
      group.incarnation = bytes_.U64();
      group.generation = bytes_.U64();
      group.last_segment = bytes_.U64();
      group.counted = Slots();
      record.counted.Merge(group.counted);
    }
  }

  BindCensus ReadCensus() {
    BindCensus census;
    census.granted = bytes_.U32();
    census.returned = bytes_.U32();
    census.bound = bytes_.U32();
    census.stranded = bytes_.U32();
    census.failed = Slots();
    census.expired = Slots();
    return census;
  }

  Unpacker bytes_;
  std::string problem_;
};

}  // namespace

std::string Pack(const RoundRecord& record, std::string partial) {
  Packer packer;
  packer.U8(kVersion).Text(Pack(record.terms));
  PackManifest(packer, record.manifest);
  packer.U32(Length(record.groups.size()));
  for (const auto& [id, group] : record.groups) {
    packer.U32(id.value).Text(group.owner).U64(group.incarnation).U64(group.generation).U64(group.last_segment);
    packer.Text(group.counted.Serialize());
  }
  packer.U32(Length(record.rejected.size()));
  for (const auto& [slot, reason] : record.rejected) packer.U32(slot).Text(reason);
  packer.Text(record.late.Serialize()).Text(OutcomeName(record.outcome)).Text(record.reason);
  packer.I64(ToMicros(record.closed_at)).U8(record.settled ? 1 : 0);
  PackCensus(packer, record.census);
  // As Packer::Text would write it; in place, if the partial has left room.
  packer.U32(Length(partial.size()));
  return std::move(partial.insert(0, packer.Take()));
}

Result<PackedRound> UnpackRound(std::string_view bytes) { return RoundReader(bytes).Read(); }

}  // namespace propius
