// The sums of one tensor over updates.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/safetensors.h"

namespace propius {

// In what the values of integer tensors are summed; floats always are in double precision.
enum class IntegerSums { kDouble, kExact };

class Column {
 public:
  // Holds no memory before the first Add: a manifest is only a claim, the update that met it has the bytes.
  Column(TensorSpec spec, IntegerSums integers);

  // Of the tensor in an update.
  const TensorSpec& spec() const { return spec_; }
  // Of its sums: F64, or I64 if they are exact.
  TensorSpec sum_spec() const { return {spec_.name, exact_ ? Dtype::kI64 : Dtype::kF64, spec_.shape}; }

  // An upper bound of every |sum| after Add() of the same; nothing if a sum would leave the range of its type. `data`
  // has the values of the tensor in `dtype`: that of an update, or of the sums. `scale` is 1 for exact sums.
  std::optional<double> ReachAfter(Dtype dtype, std::string_view data, double scale) const;
  // sums += scale * values. `reach` as ReachAfter() gave it.
  void Add(Dtype dtype, std::string_view data, double scale, double reach);

  // The sums as they lie in memory, valid until the next Add(). Empty before the first.
  std::string_view data() const;
  const std::vector<double>& sums() const { return sums_; }

 private:
  TensorSpec spec_;
  bool exact_;
  double reach_ = 0;
  std::vector<double> sums_;
  std::vector<std::int64_t> exact_sums_;
};

}  // namespace propius
