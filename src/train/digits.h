// MNIST: 28x28 grey digits, from the four idx files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "base/rng.h"

namespace propius {

inline constexpr std::size_t kDigitPixels = std::size_t{28} * 28;
// Mean and standard deviation of MNIST's training pixels on a scale from 0 to 1, by which pixels are standardised.
inline constexpr float kDigitMean = 0.1307F;
inline constexpr float kDigitDeviation = 0.3081F;

struct Digits {
  std::vector<float> pixels;         // images x 784, standardised
  std::vector<std::uint8_t> labels;  // images, each 0 to 9

  std::size_t size() const { return labels.size(); }
  // The images at these indices, in this order; an index may come again.
  Digits Take(const std::vector<std::size_t>& indices) const;
};

// Reads `train` (60,000) or else test (10,000) images of the folder: kNotFound for a missing file, kInvalidArgument for
// a foreign one, kDataLoss for one that is truncated or too long. However many images there are, they need as many
// labels.
Result<Digits> LoadDigits(const std::filesystem::path& folder, bool train);

// Splits the images over `devices` parts, each image to at most one: a part's share of each label follows a Dirichlet
// draw (label skew) and its size a log-normal one (unequal). Every part has at least `min_samples`, or, where there are
// too few images for that, an equal share of them. A label that has run out is replaced by the part's other labels, so
// small concentrations are only approximated. Same seed, same split. `concentration` > 0.
std::vector<std::vector<std::size_t>> SplitBySkew(const std::vector<std::uint8_t>& labels, std::size_t devices,
                                                  double concentration, std::size_t min_samples, Rng& chance);

}  // namespace propius
