// Sets of atoms as bitsets: all that Venn does with devices is algebra on these, never on devices.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace propius {

// Devices that meet exactly the same of the watched constraints (venn.md 1.1). Numbered from 0 by Supply.
using AtomId = std::uint32_t;

class AtomSet {
 public:
  void Add(AtomId atom) {
    if (atom / 64 >= words_.size()) words_.resize(atom / 64 + 1);
    words_[atom / 64] |= std::uint64_t{1} << (atom % 64);
  }
  bool Has(AtomId atom) const { return atom / 64 < words_.size() && ((words_[atom / 64] >> (atom % 64)) & 1U) != 0; }
  bool empty() const {
    for (const std::uint64_t word : words_) {
      if (word != 0) return false;
    }
    return true;
  }

  AtomSet& operator|=(const AtomSet& other) {
    if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
    for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  AtomSet& operator&=(const AtomSet& other) {
    if (words_.size() > other.words_.size()) words_.resize(other.words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  AtomSet& operator-=(const AtomSet& other) {
    for (std::size_t i = 0; i < words_.size() && i < other.words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }
  friend AtomSet operator&(AtomSet a, const AtomSet& b) { return a &= b; }
  friend bool operator==(const AtomSet& a, const AtomSet& b) {
    const AtomSet& longer = a.words_.size() < b.words_.size() ? b : a;
    const AtomSet& shorter = a.words_.size() < b.words_.size() ? a : b;
    for (std::size_t i = 0; i < longer.words_.size(); ++i) {
      if (longer.words_[i] != (i < shorter.words_.size() ? shorter.words_[i] : 0)) return false;
    }
    return true;
  }

  // In ascending order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) VisitWord(i, words_[i], visit);
  }
  // The sum of the atoms' rates; `rates` is by atom.
  double Weight(std::span<const double> rates) const {
    double sum = 0;
    ForEach([&](AtomId atom) { sum += rates[atom]; });
    return sum;
  }
  // That of the atoms that both have.
  double SharedWeight(const AtomSet& other, std::span<const double> rates) const {
    double sum = 0;
    for (std::size_t i = 0; i < words_.size() && i < other.words_.size(); ++i) {
      VisitWord(i, words_[i] & other.words_[i], [&](AtomId atom) { sum += rates[atom]; });
    }
    return sum;
  }

 private:
  template <typename Visit>
  static void VisitWord(std::size_t i, std::uint64_t word, Visit visit) {
    for (; word != 0; word &= word - 1) {
      visit(static_cast<AtomId>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
    }
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace propius
