#include "base/bitmap.h"

#include <algorithm>
#include <bit>

namespace propius {

void Bitmap::Set(std::size_t bit) {
  if (bit / 64 >= words_.size()) words_.resize(bit / 64 + 1);
  words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

void Bitmap::Clear(std::size_t bit) {
  if (bit / 64 < words_.size()) words_[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
}

bool Bitmap::Test(std::size_t bit) const {
  return bit / 64 < words_.size() && (words_[bit / 64] >> (bit % 64) & 1) != 0;
}

std::size_t Bitmap::Count() const {
  std::size_t count = 0;
  for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

bool Bitmap::Intersects(const Bitmap& other) const {
  const std::size_t shared = std::min(words_.size(), other.words_.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if ((words_[i] & other.words_[i]) != 0) return true;
  }
  return false;
}

void Bitmap::Merge(const Bitmap& other) {
  if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
  for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
}

std::vector<std::uint32_t> Bitmap::Bits() const {
  std::vector<std::uint32_t> bits;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
      bits.push_back(static_cast<std::uint32_t>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
    }
  }
  return bits;
}

std::size_t Bitmap::End() const {
  for (std::size_t i = words_.size(); i > 0; --i) {
    if (words_[i - 1] != 0) return i * 64 - static_cast<std::size_t>(std::countl_zero(words_[i - 1]));
  }
  return 0;
}

std::string Bitmap::Serialize() const {
  std::string bytes((End() + 7) / 8, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(words_[i / 8] >> (i % 8 * 8));
  return bytes;
}

Result<Bitmap> Bitmap::Parse(std::string_view bytes, std::size_t max_bits) {
  if (bytes.size() > (max_bits + 7) / 8) {
    return Fail(Code::kInvalidArgument, "bitmap: expected at most " + std::to_string(max_bits) + " bits, got " +
                                            std::to_string(bytes.size()) + " bytes");
  }
  Bitmap bitmap;
  bitmap.words_.resize((bytes.size() + 7) / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bitmap.words_[i / 8] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (i % 8 * 8);
  }
  if (bitmap.End() > max_bits) {
    return Fail(Code::kInvalidArgument, "bitmap: expected bits below " + std::to_string(max_bits) + ", got bit " +
                                            std::to_string(bitmap.End() - 1));
  }
  return bitmap;
}

}  // namespace propius
