#include "sync_sim/shards.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace propius {
namespace {

void Deal(std::vector<std::uint32_t> rows, std::span<std::vector<std::uint32_t>> parts, Rng& chance) {
  CHECK(!parts.empty());
  chance.Shuffle(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) parts[i % parts.size()].push_back(rows[i]);
}

}  // namespace

Shards DealRows(std::size_t rows, std::size_t workers, Rng& chance) {
  CHECK(workers > 0 && rows >= workers);
  Shards shards(workers);
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  Deal(std::move(all), shards, chance);
  return shards;
}

Shards SkewBySpeed(std::span<const std::uint8_t> labels, std::size_t workers, std::size_t slow, std::uint8_t from,
                   Rng& chance) {
  CHECK(slow > 0 && slow < workers);
  std::vector<std::uint32_t> low;
  std::vector<std::uint32_t> high;
  for (std::uint32_t row = 0; row < labels.size(); ++row) (labels[row] < from ? low : high).push_back(row);
  Shards shards(workers);
  const std::span<std::vector<std::uint32_t>> parts(shards);
  Deal(std::move(low), parts.first(workers - slow), chance);
  Deal(std::move(high), parts.last(slow), chance);
  return shards;
}

Shards SkewByDirichlet(std::span<const std::uint8_t> labels, std::size_t workers, double concentration, Rng& chance) {
  CHECK(workers > 0 && labels.size() >= workers && concentration > 0);
  std::vector<std::vector<std::uint32_t>> pools(256);
  for (std::uint32_t row = 0; row < labels.size(); ++row) pools[labels[row]].push_back(row);
  Shards shards(workers);
  for (std::vector<std::uint32_t>& pool : pools) {
    if (pool.empty()) continue;
    chance.Shuffle(pool);
    const std::vector<double> shares = chance.Dirichlet(concentration, workers);
    double upto = 0;
    std::size_t next = 0;
    for (std::size_t worker = 0; worker < workers; ++worker) {
      upto += shares[worker];
      const auto wanted = static_cast<std::size_t>(std::lround(upto * static_cast<double>(pool.size())));
      const std::size_t end = worker + 1 == workers ? pool.size() : std::min(wanted, pool.size());
      for (; next < end; ++next) shards[worker].push_back(pool[next]);
    }
  }
  for (std::vector<std::uint32_t>& part : shards) {
    if (!part.empty()) continue;
    std::vector<std::uint32_t>& largest = *std::ranges::max_element(shards, {}, &std::vector<std::uint32_t>::size);
    part.push_back(largest.back());
    largest.pop_back();
  }
  return shards;
}

}  // namespace propius
