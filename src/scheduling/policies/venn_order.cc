#include "scheduling/policies/venn_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace propius {

void SortByKey(std::vector<Keyed>& items, std::vector<Keyed>& room) {
  constexpr int kBytes = 8;
  std::uint64_t all = ~std::uint64_t{0};
  std::uint64_t any = 0;
  bool sorted = true;
  std::uint64_t last = 0;
  for (const Keyed& item : items) {
    all &= item.key;
    any |= item.key;
    sorted &= last <= item.key;
    last = item.key;
  }
  if (sorted) return;

  room.resize(items.size());
  for (int byte = 0; byte < kBytes; ++byte) {
    const int shift = 8 * byte;
    if ((((all ^ any) >> shift) & 0xff) == 0) continue;
    std::array<std::uint32_t, 256> places{};
    for (const Keyed& item : items) ++places[(item.key >> shift) & 0xff];
    std::uint32_t begin = 0;
    for (std::uint32_t& place : places) {
      const std::uint32_t count = place;
      place = begin;
      begin += count;
    }
    for (const Keyed& item : items) room[places[(item.key >> shift) & 0xff]++] = item;
    items.swap(room);
  }
}

std::uint64_t OrderedBits(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

}  // namespace propius
