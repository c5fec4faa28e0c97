// What the reducers that sum have in common: the sums of every tensor, how many updates are in them, and their weight.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aggregation/column.h"
#include "base/result.h"
#include "domain/safetensors.h"

namespace propius {

class Accumulator {
 public:
  // `reducer` is written into partials, and looked for in those to merge.
  Accumulator(std::string reducer, const Manifest& manifest, IntegerSums integers);

  // sums += scale * update. Each fails and changes nothing if a sum would leave its range (kOutOfRange), or if the
  // weight is not positive and finite or the bytes are not of this reducer and manifest (kInvalidArgument).
  Status Add(const SafetensorsView& update, double weight, double scale);
  Status Merge(std::string_view partial);

  // A safetensors file of the sums, F64 or I64, with the metadata `reducer`, `manifest` (a digest of it), `count` and
  // `total_weight` (the digits of C's %a, so that it is exact). No tensors while it is empty.
  std::string Serialize() const;

  std::uint64_t count() const { return count_; }
  double total_weight() const { return total_weight_; }
  std::vector<Column> TakeColumns() && { return std::move(columns_); }

 private:
  // `tensors`: one for each column, in its dtype or in that of its sums.
  Status AddTensors(const SafetensorsView& tensors, double scale, std::uint64_t count, double weight);
  Manifest SumManifest() const;

  std::string reducer_;
  std::string manifest_digest_;
  std::vector<Column> columns_;
  std::uint64_t count_ = 0;
  double total_weight_ = 0;
};

}  // namespace propius
