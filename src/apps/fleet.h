// A fleet of unlike devices: real phones, each with its own share of the images. Every process of a fleet draws the
// same one from the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/phones.h"
#include "base/result.h"

namespace propius {

struct FleetDevice {
  std::uint64_t id = 0;
  Phone phone;
  std::vector<std::size_t> images;  // indices into the training set
};

struct FleetOptions {
  std::uint32_t devices = 60;
  std::uint32_t images = 60'000;  // at most; the first of the training set
  double skew = 1.0;              // Dirichlet concentration of the labels
  std::uint64_t seed = 1;
};

std::vector<FleetDevice> DrawFleet(const std::vector<Phone>& phones, const std::vector<std::uint8_t>& labels,
                                   const FleetOptions& options);

}  // namespace propius
