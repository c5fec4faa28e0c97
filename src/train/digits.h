// MNIST: 28x28 grey digits, from the four idx files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "base/rng.h"

namespace propius {

struct Digits {
  std::vector<float> pixels;         // images x 784, standardised
  std::vector<std::uint8_t> labels;  // images

  std::size_t size() const { return labels.size(); }
  // The images at these indices, in this order.
  Digits Take(const std::vector<std::size_t>& indices) const;
};

// Reads `train` (60,000) or else test (10,000) images of the folder. Fails on a missing, truncated or foreign file.
Result<Digits> LoadDigits(const std::filesystem::path& folder, bool train);

// Splits the images over `devices` parts, each image to at most one: a part's share of each label follows a Dirichlet
// draw (label skew) and its size a log-normal one (unequal). Every part has at least `min_samples`. Same seed, same split.
std::vector<std::vector<std::size_t>> SplitBySkew(const std::vector<std::uint8_t>& labels, std::size_t devices,
                                                  double concentration, std::size_t min_samples, Rng& chance);

}  // namespace propius
