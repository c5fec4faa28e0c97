#include "scheduling/tier_profile.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace propius {
namespace {

// The 95th percentile by nearest rank; reorders `responses`, which is not empty.
double Slow(std::span<Duration> responses) {
  const auto rank = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(responses.size())));
  const auto at = responses.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::ranges::nth_element(responses, at);
  return Seconds(*at);
}

}  // namespace

void TierProfile::Record(Duration task, Duration response) {
  if (samples_.size() < kMostSamples) {
    samples_.push_back({task, response});
    return;
  }
  samples_[next_] = {task, response};
  next_ = (next_ + 1) % kMostSamples;
}

std::optional<std::vector<TierProfile::Tier>> TierProfile::Split(std::size_t count, std::size_t least) const {
  if (count == 0 || samples_.empty() || samples_.size() / count < least) return std::nullopt;
  std::vector<Sample> sorted = samples_;
  std::ranges::sort(sorted, {}, &Sample::task);
  std::vector<Duration> responses;
  responses.reserve(sorted.size());
  for (const Sample& sample : sorted) responses.push_back(sample.response);

  std::vector<Tier> tiers;
  std::vector<std::size_t> begins;
  for (std::size_t v = 0; v < count; ++v) {
    const std::size_t quantile = v * sorted.size() / count;
    // Devices of one task time cannot be told apart, so that a tier begins with the first of them.
    const Duration from = sorted[quantile].task;
    const auto begin = std::ranges::lower_bound(sorted, from, {}, &Sample::task) - sorted.begin();
    begins.push_back(v == 0 ? 0 : static_cast<std::size_t>(begin));
    tiers.push_back({.fastest = v == 0 ? Duration{0} : from});
  }
  begins.push_back(sorted.size());

  for (std::size_t v = 0; v < count; ++v) {
    Tier& tier = tiers[v];
    tier.slowest = v + 1 < count ? tiers[v + 1].fastest : Duration::max();
    tier.samples = begins[v + 1] - begins[v];
    if (tier.samples == 0 || tier.samples < least) return std::nullopt;
    tier.speedup = Slow(std::span(responses).subspan(begins[v], tier.samples));
  }
  const double slow_of_all = Slow(responses);
  for (Tier& tier : tiers) tier.speedup = slow_of_all > 0 ? tier.speedup / slow_of_all : 1;
  return tiers;
}

}  // namespace propius
