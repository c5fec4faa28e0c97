// The seam of aggregation: any associative and commutative reduction of tensors, in four verbs (paper section 4.1).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/safetensors.h"

namespace propius {

// One partial aggregate over updates of one manifest. Not thread-safe.
class Reducer {
 public:
  virtual ~Reducer() = default;

  // Adds one update, already checked against the manifest (names, shapes, dtypes, finite). `weight` > 0. Fails and
  // leaves the partial as it was if the sum would leave its range.
  virtual Status Accumulate(const SafetensorsView& update, double weight) = 0;
  // Adds the updates of another partial, as Serialize wrote it. Fails and leaves this one as it was if the bytes are
  // not a partial of the same reducer and manifest, or the sum would leave its range.
  virtual Status MergeWith(std::string_view partial) = 0;
  // False while the result would be undefined, such as the mean of nothing.
  virtual bool CanReport() const = 0;
  // The result as a safetensors file with `metadata`. Needs CanReport().
  virtual std::string Report(const std::map<std::string, std::string>& metadata) && = 0;

  // The partial as a safetensors file; MergeWith of it into an empty reducer gives an equal one.
  virtual std::string Serialize() const = 0;
  // Updates in the partial, and the sum of their weights.
  virtual std::uint64_t count() const = 0;
  virtual double total_weight() const = 0;
};

}  // namespace propius
