#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "base/check.h"
#include "train/digits.h"

namespace propius {
namespace {

// Spread of the logarithm of the parts' sizes: the largest of 60 parts is about ten times the smallest.
constexpr double kSizeSpread = 0.5;

std::vector<std::size_t> DrawSizes(std::size_t images, std::size_t devices, std::size_t min_samples, Rng& chance) {
  min_samples = std::min(min_samples, images / devices);
  std::vector<double> weights(devices);
  for (double& weight : weights) weight = std::exp(kSizeSpread * chance.Normal());
  const double total = std::reduce(weights.begin(), weights.end());
  const auto spare = static_cast<double>(images - devices * min_samples);
  std::vector<std::size_t> sizes(devices);
  std::size_t left = images;
  for (std::size_t i = 0; i < devices; ++i) {
    const std::size_t wanted = min_samples + static_cast<std::size_t>(spare * weights[i] / total);
    // What the parts to come must have stays theirs, however the products above were rounded.
    sizes[i] = std::min(wanted, left - (devices - i - 1) * min_samples);
    left -= sizes[i];
  }
  return sizes;
}

// Draws one of the labels that still have images, as the part likes them, or else by how many are left.
std::size_t DrawLabel(const std::vector<double>& likes, const std::vector<std::vector<std::size_t>>& pools,
                      Rng& chance) {
  std::vector<double> weights(pools.size());
  double total = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) total += weights[i] = pools[i].empty() ? 0 : likes[i];
  if (!(total > 0)) {
    total = 0;
    for (std::size_t i = 0; i < pools.size(); ++i) total += weights[i] = static_cast<double>(pools[i].size());
  }
  double at = chance.Uniform() * total;
  std::size_t drawn = pools.size();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].empty() || !(weights[i] > 0)) continue;
    drawn = i;
    at -= weights[i];
    if (at < 0) break;
  }
  CHECK(drawn < pools.size());
  return drawn;
}

}  // namespace

std::vector<std::vector<std::size_t>> SplitBySkew(const std::vector<std::uint8_t>& labels, std::size_t devices,
                                                  double concentration, std::size_t min_samples, Rng& chance) {
  if (devices == 0) return {};
  std::vector<std::vector<std::size_t>> pools(labels.empty() ? 0 : std::size_t{*std::ranges::max_element(labels)} + 1);
  for (std::size_t i = 0; i < labels.size(); ++i) pools[labels[i]].push_back(i);
  for (std::vector<std::size_t>& pool : pools) chance.Shuffle(pool);

  const std::vector<std::size_t> sizes = DrawSizes(labels.size(), devices, min_samples, chance);
  std::vector<std::vector<double>> likes(devices);
  // One turn per image of each part, shuffled, so that no part is left with what the others did not want.
  std::vector<std::size_t> turns;
  turns.reserve(labels.size());
  for (std::size_t device = 0; device < devices; ++device) {
    likes[device] = chance.Dirichlet(concentration, pools.size());
    turns.insert(turns.end(), sizes[device], device);
  }
  chance.Shuffle(turns);

  std::vector<std::vector<std::size_t>> parts(devices);
  for (const std::size_t device : turns) {
    std::vector<std::size_t>& pool = pools[DrawLabel(likes[device], pools, chance)];
    parts[device].push_back(pool.back());
    pool.pop_back();
  }
  return parts;
}

}  // namespace propius
