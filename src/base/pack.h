// Little-endian packing of small records: tickets, and blobs of the store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace propius {

class Packer {
 public:
  Packer& U8(std::uint8_t value) { return Number(value, 1); }
  Packer& U32(std::uint32_t value) { return Number(value, 4); }
  Packer& U64(std::uint64_t value) { return Number(value, 8); }
  Packer& I64(std::int64_t value) { return Number(static_cast<std::uint64_t>(value), 8); }
  Packer& F64(double value);
  // A 32-bit length, then the bytes.
  Packer& Text(std::string_view value);

  // Room for so many bytes in all, so that large records are not copied as they grow.
  void Reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  std::string Take() { return std::move(bytes_); }

 private:
  Packer& Number(std::uint64_t value, int width);
  std::string bytes_;
};

// Reads what Packer wrote. A read past the end yields zero or nothing and makes Finish() fail, so callers check once.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t U8() { return static_cast<std::uint8_t>(Number(1)); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(Number(4)); }
  std::uint64_t U64() { return Number(8); }
  std::int64_t I64() { return static_cast<std::int64_t>(Number(8)); }
  double F64();
  std::string Text();

  // Fails if a read went past the end or bytes are left over; `what` names the record.
  Status Finish(std::string_view what) const;
  bool Failed() const { return failed_; }
  // Nothing is left: for what later versions have added at the end.
  bool AtEnd() const { return bytes_.empty(); }

 private:
  std::uint64_t Number(std::size_t width);
  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace propius
