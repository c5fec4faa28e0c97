#include "store/sqlite/value.h"

#include <cmath>
#include <string>

#include "base/crypto.h"
#include "base/pack.h"

namespace propius {
namespace {

// Longer ones are packed as their hash, so that a model's bytes are not copied.
constexpr std::size_t kShort = 256;

void PackBytes(Packer& packer, std::string_view bytes) {
  packer.U64(bytes.size());
  if (bytes.size() <= kShort) {
    packer.Text(bytes);
  } else {
    packer.Text(Sha256(bytes));
  }
}

struct PackValue {
  Packer& packer;
  void operator()(std::monostate) const {}
  void operator()(std::int64_t number) const { packer.I64(number); }
  void operator()(double number) const { packer.F64(number); }
  void operator()(std::string_view text) const { PackBytes(packer, text); }
  void operator()(const SqlBlob& blob) const { PackBytes(packer, blob.bytes); }
};

}  // namespace

SqlValue RealValue(double number) {
  if (std::isnan(number)) return {};
  return number == 0 ? 0.0 : number;
}

std::uint64_t Fingerprint(std::string_view table, SqlRow row) {
  Packer packer;
  packer.Text(table);
  for (const SqlValue& value : row) {
    packer.U8(static_cast<std::uint8_t>(value.index()));
    std::visit(PackValue{packer}, value);
  }
  const std::string digest = Sha256(packer.Take());
  return Unpacker(digest).U64();
}

}  // namespace propius
