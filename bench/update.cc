#include "bench/update.h"

#include "base/check.h"
#include "domain/safetensors.h"

namespace propius {

std::string UpdateOfLayers(const std::vector<float>& values, std::size_t layers) {
  CHECK(values.size() % layers == 0);
  const std::size_t size = values.size() / layers;
  std::vector<TensorView> tensors;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const auto* bytes = reinterpret_cast<const char*>(values.data() + layer * size);
    tensors.push_back({{"layer" + std::to_string(layer), Dtype::kF32, {size}}, {bytes, size * sizeof(float)}});
  }
  return WriteSafetensors(tensors, {{"weight", "3"}});
}

}  // namespace propius
