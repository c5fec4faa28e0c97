#include "aggregation/column.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "aggregation/kernels.h"
#include "aggregation/values.h"
#include "base/check.h"

namespace propius {
namespace {

// A block of widened values stays in the first cache.
constexpr std::size_t kBlock = 1024;
constexpr std::array<double, kBlock> kZeros{};
constexpr std::array<std::int64_t, kBlock> kExactZeros{};

// Sums below these are so far from the end of their range that no rounding of a bound matters.
constexpr double kSafe = 0x1p1000;
constexpr double kSafeExact = 0x1p62;

// Calls use(start, values) for the tensor's values, block by block.
template <typename Wide, typename WidenBlock, typename Use>
void ForBlocks(Dtype dtype, std::string_view data, WidenBlock widen, Use use) {
  std::array<Wide, kBlock> block;
  const std::size_t size = data.size() / DtypeSize(dtype);
  for (std::size_t start = 0; start < size; start += kBlock) {
    const std::span<Wide> values(block.data(), std::min(kBlock, size - start));
    widen(dtype, data.substr(start * DtypeSize(dtype)), values);
    use(start, values);
  }
}

}  // namespace

Column::Column(TensorSpec spec, IntegerSums integers)
    : spec_(std::move(spec)), exact_(integers == IntegerSums::kExact && IsInteger(spec_.dtype)) {}

std::optional<double> Column::ReachAfter(Dtype dtype, std::string_view data, double scale) const {
  // Most updates are of small types and need no look at their values.
  const double bound = reach_ + scale * LargestMagnitude(dtype);
  if (bound <= (exact_ ? kSafeExact : kSafe)) return bound;

  std::optional<double> reach = 0;
  if (exact_) {
    ForBlocks<std::int64_t>(dtype, data, WidenExactly, [&](std::size_t start, std::span<const std::int64_t> values) {
      if (!reach) return;
      const std::int64_t* sums = exact_sums_.empty() ? kExactZeros.data() : exact_sums_.data() + start;
      const std::optional<double> largest = LargestSum(sums, values.data(), values.size());
      reach = largest ? std::optional(std::max(*reach, *largest)) : std::nullopt;
    });
  } else {
    ForBlocks<double>(dtype, data, Widen, [&](std::size_t start, std::span<const double> values) {
      if (!reach) return;
      const double* sums = sums_.empty() ? kZeros.data() : sums_.data() + start;
      const double largest = LargestSum(sums, values.data(), values.size(), scale);
      reach = std::isfinite(largest) ? std::optional(std::max(*reach, largest)) : std::nullopt;
    });
  }
  return reach;
}

void Column::Add(Dtype dtype, std::string_view data, double scale, double reach) {
  CHECK(data.size() == spec_.Elements() * DtypeSize(dtype));
  if (exact_) {
    exact_sums_.resize(spec_.Elements());
    ForBlocks<std::int64_t>(dtype, data, WidenExactly, [&](std::size_t start, std::span<const std::int64_t> values) {
      AddIntegers(exact_sums_.data() + start, values.data(), values.size());
    });
  } else {
    sums_.resize(spec_.Elements());
    ForBlocks<double>(dtype, data, Widen, [&](std::size_t start, std::span<const double> values) {
      AddScaled(sums_.data() + start, values.data(), values.size(), scale);
    });
  }
  reach_ = reach;
}

std::string_view Column::data() const {
  if (exact_) return {reinterpret_cast<const char*>(exact_sums_.data()), exact_sums_.size() * sizeof(std::int64_t)};
  return {reinterpret_cast<const char*>(sums_.data()), sums_.size() * sizeof(double)};
}

}  // namespace propius
