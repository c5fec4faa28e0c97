// A vector of parameters as a safetensors file with one tensor "w".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace propius {

std::string WriteFlat(std::span<const float> values);
// kInvalidArgument for any other file.
Result<std::vector<float>> ReadFlat(const std::string& file);

}  // namespace propius
