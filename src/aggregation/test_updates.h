// Updates for the tests of this room.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aggregation/registry.h"
#include "aggregation/values.h"
#include "base/check.h"
#include "base/rng.h"

namespace propius {

inline constexpr Dtype kAllDtypes[] = {Dtype::kF32, Dtype::kF64, Dtype::kF16, Dtype::kBF16,
                                       Dtype::kI8,  Dtype::kI32, Dtype::kI64};

struct TestTensor {
  TensorSpec spec;
  std::vector<double> values;
};

// A safetensors file; the values must be ones of the dtype, or are rounded to it.
inline std::string UpdateFile(const std::vector<TestTensor>& tensors,
                              const std::map<std::string, std::string>& metadata = {}) {
  std::vector<std::string> bytes;
  for (const TestTensor& tensor : tensors) {
    CHECK(tensor.values.size() == tensor.spec.Elements());
    bytes.emplace_back(tensor.spec.Bytes(), '\0');
    Narrow(tensor.spec.dtype, tensor.values, bytes.back().data());
  }
  std::vector<TensorView> views;
  for (std::size_t i = 0; i < tensors.size(); ++i) views.push_back({tensors[i].spec, bytes[i]});
  return WriteSafetensors(views, metadata);
}

inline SafetensorsView Parsed(const std::string& file) {
  Result<SafetensorsView> view = ParseSafetensors(file);
  CHECK(view.has_value());
  return *std::move(view);
}

inline std::vector<double> Values(const SafetensorsView& view, std::string_view name) {
  const TensorView* tensor = view.Find(name);
  CHECK(tensor != nullptr);
  std::vector<double> values(tensor->spec.Elements());
  Widen(tensor->spec.dtype, tensor->data, values);
  return values;
}

inline std::unique_ptr<Reducer> MakeReducer(const std::string& name, const Manifest& manifest) {
  ReducerRegistry registry;
  AddBuiltinReducers(registry);
  Result<std::unique_ptr<Reducer>> reducer = registry.Make({name, {}}, manifest);
  CHECK(reducer.has_value());
  return *std::move(reducer);
}

// One tensor of each dtype, of up to three dimensions; some are empty, some longer than a block.
inline Manifest RandomManifest(Rng& chance) {
  Manifest manifest;
  for (const Dtype dtype : kAllDtypes) {
    Shape shape;
    for (std::uint64_t rank = chance.Below(4); rank > 0; --rank) shape.push_back(chance.Below(14));
    if (chance.Chance(0.1)) shape = {1020 + chance.Below(8)};
    manifest.push_back({"t" + std::to_string(manifest.size()), dtype, shape});
  }
  return manifest;
}

// Whole numbers of at most 7 bits, which every dtype has.
inline std::string RandomWholeUpdate(const Manifest& manifest, Rng& chance) {
  std::vector<TestTensor> tensors;
  for (const TensorSpec& spec : manifest) {
    tensors.push_back({spec, std::vector<double>(spec.Elements())});
    for (double& value : tensors.back().values) value = static_cast<double>(chance.Below(255)) - 127;
  }
  return UpdateFile(tensors);
}

inline std::string RandomRealUpdate(const Manifest& manifest, Rng& chance) {
  std::vector<TestTensor> tensors;
  for (const TensorSpec& spec : manifest) {
    tensors.push_back({spec, std::vector<double>(spec.Elements())});
    for (double& value : tensors.back().values) value = 30 * chance.Normal();
  }
  return UpdateFile(tensors);
}

}  // namespace propius
