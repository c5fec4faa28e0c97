// Updates of a model with layers of one size, in float32.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace propius {

// A safetensors file of `layers` tensors with the `values`, cut into equal parts; their number is a multiple of
// `layers`.
std::string UpdateOfLayers(const std::vector<float>& values, std::size_t layers);

}  // namespace propius
