#include "sync_sim/examples.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace propius {

void Examples::Add(std::span<const float> row, std::uint8_t label) {
  CHECK(row.size() == features_ && features_ <= 65'532);
  Place place;
  place.begin = static_cast<std::uint32_t>(values_.size());
  place.label = label;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == 0.0F) continue;
    columns_.push_back(static_cast<std::uint16_t>(i));
    values_.push_back(row[i]);
  }
  while (values_.size() % kSparseGroup != 0) {
    columns_.push_back(columns_.back());
    values_.push_back(0.0F);
  }
  place.size = static_cast<std::uint16_t>(values_.size() - place.begin);
  places_.push_back(place);
}

std::vector<std::uint8_t> Examples::Labels() const {
  std::vector<std::uint8_t> labels;
  labels.reserve(size());
  for (const Place& place : places_) labels.push_back(place.label);
  return labels;
}

Examples Examples::Take(std::span<const std::uint32_t> rows) const {
  Examples some(features_);
  std::size_t values = 0;
  for (const std::uint32_t row : rows) values += places_[row].size;
  some.columns_.reserve(values);
  some.values_.reserve(values);
  some.places_.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    const SparseRow sparse = Row(row);
    Place place = places_[row];
    place.begin = static_cast<std::uint32_t>(some.values_.size());
    some.columns_.insert(some.columns_.end(), sparse.columns, sparse.columns + sparse.size);
    some.values_.insert(some.values_.end(), sparse.values, sparse.values + sparse.size);
    some.places_.push_back(place);
  }
  return some;
}

Examples Examples::EveryNth(std::size_t first, std::size_t step) const {
  std::vector<std::uint32_t> rows;
  for (std::size_t row = first; row < size(); row += step) rows.push_back(static_cast<std::uint32_t>(row));
  return Take(rows);
}

std::vector<float> PoolImages(std::span<const float> pixels, std::size_t side) {
  CHECK(side > 0 && side % 2 == 0 && pixels.size() % (side * side) == 0);
  const std::size_t half = side / 2;
  const std::size_t images = pixels.size() / (side * side);
  std::vector<float> pooled;
  pooled.reserve(images * half * half);
  for (std::size_t image = 0; image < images; ++image) {
    const float* from = pixels.data() + image * side * side;
    for (std::size_t y = 0; y < half; ++y) {
      for (std::size_t x = 0; x < half; ++x) {
        const float* corner = from + 2 * y * side + 2 * x;
        pooled.push_back((corner[0] + corner[1] + corner[side] + corner[side + 1]) / 2);
      }
    }
  }
  return pooled;
}

Examples DrawClouds(std::size_t rows, std::size_t features, std::size_t classes, double overlap, std::uint64_t seed,
                    Rng& chance) {
  Rng layout(seed);
  std::vector<double> centres(classes * features);
  const double scale = 1 / std::sqrt(static_cast<double>(features));
  for (double& coordinate : centres) coordinate = layout.Normal() * scale;
  Examples drawn(features);
  std::vector<float> values(features);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t label = chance.Below(classes);
    for (std::size_t i = 0; i < features; ++i) {
      values[i] = static_cast<float>(centres[label * features + i] + overlap * scale * chance.Normal());
    }
    drawn.Add(values, static_cast<std::uint8_t>(label));
  }
  return drawn;
}

}  // namespace propius
