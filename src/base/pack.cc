#include "base/pack.h"

#include <bit>

namespace propius {

Packer& Packer::Number(std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) bytes_.push_back(static_cast<char>(value >> (8 * i)));
  return *this;
}

Packer& Packer::F64(double value) { return U64(std::bit_cast<std::uint64_t>(value)); }

Packer& Packer::Text(std::string_view value) {
  U32(static_cast<std::uint32_t>(value.size()));
  bytes_.append(value);
  return *this;
}

std::uint64_t Unpacker::Number(std::size_t width) {
  if (failed_ || bytes_.size() < width) {
    failed_ = true;
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
  bytes_.remove_prefix(width);
  return value;
}

double Unpacker::F64() { return std::bit_cast<double>(U64()); }

std::string Unpacker::Text() {
  const std::uint32_t size = U32();
  if (failed_ || bytes_.size() < size) {
    failed_ = true;
    return {};
  }
  std::string text(bytes_.substr(0, size));
  bytes_.remove_prefix(size);
  return text;
}

Status Unpacker::Finish(std::string_view what) const {
  if (failed_) return Fail(Code::kInvalidArgument, std::string(what) + ": expected more bytes, got a truncated record");
  if (!bytes_.empty()) {
    return Fail(Code::kInvalidArgument,
                std::string(what) + ": expected its end, got " + std::to_string(bytes_.size()) + " more bytes");
  }
  return {};
}

}  // namespace propius
