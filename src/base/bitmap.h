// A dense set of small numbers, such as the slots of a round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace propius {

class Bitmap {
 public:
  // Grows as needed; a bit that was never set reads as clear.
  void Set(std::size_t bit);
  void Clear(std::size_t bit);
  bool Test(std::size_t bit) const;
  std::size_t Count() const;
  bool Empty() const { return Count() == 0; }
  bool Intersects(const Bitmap& other) const;
  void Merge(const Bitmap& other);
  // The set bits, ascending.
  std::vector<std::uint32_t> Bits() const;
  // One above the highest set bit.
  std::size_t End() const;

  // Little-endian bytes without trailing zeros; bit b is bit b%8 of byte b/8.
  std::string Serialize() const;
  static Result<Bitmap> Parse(std::string_view bytes, std::size_t max_bits);

  friend bool operator==(const Bitmap& a, const Bitmap& b) { return a.Serialize() == b.Serialize(); }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace propius
