// Tensors as safetensors files: the only form in which models, updates and partial sums travel and rest.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace propius {

enum class Dtype { kF32, kF64, kF16, kBF16, kI8, kI32, kI64 };
// "F32", … as the format writes them.
std::string_view DtypeName(Dtype dtype);
Result<Dtype> ParseDtype(std::string_view name);
std::size_t DtypeSize(Dtype dtype);

using Shape = std::vector<std::uint64_t>;

struct TensorSpec {
  std::string name;
  Dtype dtype = Dtype::kF32;
  Shape shape;

  // Product of the shape; 1 for a scalar.
  std::uint64_t Elements() const;
  std::uint64_t Bytes() const { return Elements() * DtypeSize(dtype); }
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

// What an update must be: its tensors sorted by name, no extras, none missing.
using Manifest = std::vector<TensorSpec>;

// "F32[16, 8, 5, 5]"
std::string Show(const TensorSpec& spec);

// Bytes that several owners read: a plan in a cache, an update on its way.
using Blob = std::shared_ptr<const std::string>;

// A parsed file: views into `bytes`, which must outlive it.
struct TensorView {
  TensorSpec spec;
  std::string_view data;  // little-endian, row-major, not necessarily aligned
};
struct SafetensorsView {
  std::vector<TensorView> tensors;              // sorted by name
  std::map<std::string, std::string> metadata;  // "__metadata__"

  Manifest manifest() const;
  const TensorView* Find(std::string_view name) const;
};

// Reads strictly: an 8-byte header length at most 1 MiB and within the file, JSON of the known shape, rank at most 8,
// sizes without overflow, names of at most 256 bytes, offsets that tile the data without gap or overlap, no bytes
// after the last tensor. Every failure is kInvalidArgument and says where.
Result<SafetensorsView> ParseSafetensors(std::string_view bytes);

// Writes a file in which tensors stand sorted by name and data begins 8-byte aligned; equal input gives equal bytes.
std::string WriteSafetensors(const std::vector<TensorView>& tensors,
                             const std::map<std::string, std::string>& metadata);

// Fails on the first difference: a missing or extra name, another dtype or shape.
Status CheckManifest(const Manifest& expected, const SafetensorsView& update);
// Fails on the first NaN or infinity of a floating tensor, naming tensor and index.
Status CheckFinite(const SafetensorsView& update);

// The manifest that updates to a plan must have: the plan's own tensors, or those that its metadata names under
// "update_manifest" as JSON {"name": {"dtype": "F32", "shape": [2, 3]}, …}.
Result<Manifest> UpdateManifest(const SafetensorsView& plan);

}  // namespace propius
