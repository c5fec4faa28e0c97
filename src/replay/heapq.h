// Python's heapq, step for step: among entries of which none is less than the other, where they lie decides who comes
// first, and that follows from the algorithm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace propius {

// Of times, each with a name. An entry is one word, the rough time above the name, so that eight lie in a cache line.
// `Earlier` is a callable bool(a, b) on names that compares the times themselves; it is asked only where the rough ones
// are equal.
template <typename Earlier>
class Heapq {
 public:
  using Name = std::uint32_t;
  static constexpr unsigned kNameBits = 24;  // names are below 2^24

  explicit Heapq(Earlier earlier) : earlier_(earlier), heap_(1) {}

  // To the end of a list that is not yet a heap. `at` is at least 0.
  void Append(double at, Name name) { heap_.push_back(EntryOf(at, name)); }
  void Heapify() {
    for (std::size_t root = size() / 2; root-- > 0;) SiftUp(root, At(root));
  }
  void Push(double at, Name name) {
    const Entry entry = EntryOf(at, name);
    heap_.push_back(entry);
    SiftDown(0, size() - 1, entry);
  }
  // There must be one.
  Name Pop() {
    const Entry last = heap_.back();
    heap_.pop_back();
    if (size() == 0) return NameOf(last);
    const Entry first = At(0);
    SiftUp(0, last);
    return NameOf(first);
  }

 private:
  using Entry = std::uint64_t;
  static constexpr double kPerSecond = 1 << 20;
  static constexpr Entry kLastRough = (Entry{1} << (64 - kNameBits)) - 1;

  static Entry EntryOf(double at, Name name) {
    const double rough = at * kPerSecond;
    const Entry whole = rough < static_cast<double>(kLastRough) ? static_cast<Entry>(rough) : kLastRough;
    return (whole << kNameBits) | name;
  }
  static Name NameOf(Entry entry) { return static_cast<Name>(entry & ((Entry{1} << kNameBits) - 1)); }

  // One unused entry in front makes both children of any entry lie in one cache line.
  Entry& At(std::size_t place) { return heap_[place + 1]; }
  std::size_t size() const { return heap_.size() - 1; }

  bool Less(Entry a, Entry b) const {
    if (((a ^ b) >> kNameBits) == 0) [[unlikely]]
      return earlier_(NameOf(a), NameOf(b));
    return a < b;
  }

  // As heapq names them: an entry goes to a leaf, the lesser child taking its place each time, and back from there.
  void SiftUp(std::size_t start, Entry entry) {
    Entry* const heap = &At(0);
    const std::size_t end = size();
    std::size_t at = start;
    std::size_t child = 2 * at + 1;
    for (; child + 1 < end; child = 2 * at + 1) {
      const Entry left = heap[child];
      const Entry right = heap[child + 1];
      child += Less(left, right) ? 0 : 1;
      heap[at] = heap[child];
      at = child;
    }
    if (child < end) {
      heap[at] = heap[child];
      at = child;
    }
    SiftDown(start, at, entry);
  }

  // The place `at` is free.
  void SiftDown(std::size_t start, std::size_t at, Entry entry) {
    Entry* const heap = &At(0);
    while (at > start) {
      const std::size_t parent = (at - 1) / 2;
      if (!Less(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  Earlier earlier_;
  std::vector<Entry> heap_;
};

}  // namespace propius
