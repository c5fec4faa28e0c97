#include "sync_sim/learning_task.h"

#include "base/check.h"

namespace propius {
namespace {

constexpr std::size_t kFloatsPerLine = 16;  // of the cache

}  // namespace

SplitDataset HandOut(const Dataset& data, const Shards& shards) {
  SplitDataset split{.parts = {}, .test = data.test, .classes = data.classes};
  for (const std::vector<std::uint32_t>& rows : shards) split.parts.push_back(data.train.Take(rows));
  return split;
}

void MiniBatch::Draw(const Examples& data, std::size_t size, Rng& chance) {
  rows.resize(size);
  labels.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    // There are far fewer than 2^32 rows: the upper half of the product is as good as uniform, and takes no division.
    const std::size_t row = ((chance() >> 32U) * data.size()) >> 32U;
    rows[i] = data.Row(row);
    labels[i] = data.label(row);
    // All are asked for together rather than one after another.
    for (std::size_t at = 0; at < rows[i].size; at += kFloatsPerLine) __builtin_prefetch(rows[i].values + at);
    for (std::size_t at = 0; at < rows[i].size; at += 2 * kFloatsPerLine) __builtin_prefetch(rows[i].columns + at);
  }
}

void MiniBatch::Take(const Examples& data, std::size_t from, std::size_t size) {
  rows.resize(size);
  labels.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    rows[i] = data.Row(from + i);
    labels[i] = data.label(from + i);
  }
}

}  // namespace propius
