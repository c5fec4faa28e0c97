#include "apps/flat_file.h"

#include <cstring>

#include "domain/safetensors.h"

namespace propius {

std::string WriteFlat(std::span<const float> values) {
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return WriteSafetensors({{{"w", Dtype::kF32, {values.size()}}, bytes}}, {});
}

Result<std::vector<float>> ReadFlat(const std::string& file) {
  const Result<SafetensorsView> view = ParseSafetensors(file);
  if (!view) return tl::unexpected(view.error());
  if (view->tensors.size() != 1 || view->tensors[0].spec.dtype != Dtype::kF32) {
    return Fail(Code::kInvalidArgument,
                "parameters: expected one F32 tensor, got " + std::to_string(view->tensors.size()) + " tensors");
  }
  const std::string_view bytes = view->tensors[0].data;
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace propius
