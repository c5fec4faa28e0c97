// Jobs that take devices, in an order of service, by what they need: the first eligible one is found a word at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "replay/scheduler.h"

namespace propius {

class OpenRanks {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  OpenRanks(const Kinds& kinds, std::size_t jobs)
      : kinds_(kinds), words_((jobs + 63) / 64), open_(kinds.predicates.size() * words_) {}

  void Clear() { open_.assign(open_.size(), 0); }
  void Set(std::uint32_t rank, std::uint32_t predicate, bool open) {
    std::uint64_t& word = open_[predicate * words_ + rank / 64];
    const std::uint64_t bit = std::uint64_t{1} << (rank % 64);
    word = open ? word | bit : word & ~bit;
  }
  // The lowest open rank whose predicate the kind meets; kNone if there is none.
  std::uint32_t First(KindId kind) const {
    for (std::size_t word = 0; word < words_; ++word) {
      // Over all predicates, met or not: a loop of the same length each time costs less than one that skips.
      std::uint64_t any = 0;
      std::uint64_t meets = kinds_.meets[kind];
      for (std::size_t place = word; place < open_.size(); place += words_, meets >>= 1U) {
        any |= open_[place] & (0 - (meets & 1U));
      }
      if (any != 0) return static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(any)));
    }
    return kNone;
  }

 private:
  const Kinds& kinds_;
  std::size_t words_;
  std::vector<std::uint64_t> open_;
};

}  // namespace propius
