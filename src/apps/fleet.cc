#include "apps/fleet.h"

#include <algorithm>

#include "base/rng.h"
#include "train/digits.h"

namespace propius {
namespace {

constexpr std::size_t kMinImages = 20;

}  // namespace

std::vector<FleetDevice> DrawFleet(const std::vector<Phone>& phones, const std::vector<std::uint8_t>& labels,
                                   const FleetOptions& options) {
  Rng chance(options.seed);
  Rng for_data = chance.Fork();
  const std::vector<std::uint8_t> used(
      labels.begin(),
      labels.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(labels.size(), options.images)));
  std::vector<std::vector<std::size_t>> shares = SplitBySkew(used, options.devices, options.skew, kMinImages, for_data);

  std::vector<std::size_t> order(phones.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  chance.Shuffle(order);
  std::vector<FleetDevice> fleet;
  for (std::uint32_t i = 0; i < options.devices; ++i) {
    fleet.push_back({.id = chance() | 1, .phone = phones[order[i % order.size()]], .images = std::move(shares[i])});
  }
  return fleet;
}

}  // namespace propius
