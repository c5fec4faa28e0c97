// Sorting of many integers, fast enough to plan for ten thousand jobs within a millisecond.
#pragma once

#include <cstdint>
#include <vector>

namespace propius {

struct Keyed {
  std::uint64_t key = 0;
  std::uint32_t index = 0;  // of what the key is of
};

// Stable, ascending by key: a radix sort that skips the bytes in which all keys agree. `room` is room to work in, kept
// between calls to save allocations.
void SortByKey(std::vector<Keyed>& items, std::vector<Keyed>& room);

// An integer that orders as the number does; not for NaN.
std::uint64_t OrderedBits(double number);

}  // namespace propius
