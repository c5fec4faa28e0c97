// Labelled rows of numbers to train on and to be judged by.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"
#include "sync_sim/dense.h"

namespace propius {

class Examples {
 public:
  // At most 65,532 features.
  explicit Examples(std::size_t features = 0) : features_(features) {}

  // `row` has as many values as there are features.
  void Add(std::span<const float> row, std::uint8_t label);
  std::size_t features() const { return features_; }
  std::size_t size() const { return places_.size(); }
  std::uint8_t label(std::size_t row) const { return places_[row].label; }
  std::vector<std::uint8_t> Labels() const;
  // Valid until the next Add.
  SparseRow Row(std::size_t row) const {
    const Place& place = places_[row];
    return {columns_.data() + place.begin, values_.data() + place.begin, place.size};
  }
  // These rows, in this order, close together in memory.
  Examples Take(std::span<const std::uint32_t> rows) const;
  // Every `step`th row from `first` on.
  Examples EveryNth(std::size_t first, std::size_t step) const;

 private:
  // All of a row that is small, in one line of the cache.
  struct Place {
    std::uint32_t begin = 0;
    std::uint16_t size = 0;
    std::uint8_t label = 0;
  };

  std::size_t features_;
  std::vector<Place> places_;
  std::vector<std::uint16_t> columns_;
  std::vector<float> values_;
};

// Square images of `side` pixels, `side` even, at half the resolution: sums of 2x2 pixels over 2, so that an even
// surface keeps its Euclidean norm.
std::vector<float> PoolImages(std::span<const float> pixels, std::size_t side);

// Classes as overlapping clouds around random centres: a problem with the shape of MNIST for machines that have none.
// Rows drawn with different chance have the same centres if `seed` is the same.
Examples DrawClouds(std::size_t rows, std::size_t features, std::size_t classes, double overlap, std::uint64_t seed,
                    Rng& chance);

}  // namespace propius
