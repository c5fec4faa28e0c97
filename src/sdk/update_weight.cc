#include <array>
#include <charconv>
#include <cmath>

#include "sdk/upload.h"

namespace propius {
namespace {

// Without an exponent, and the shortest that reads back as the same number.
std::string Decimal(double value) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

}  // namespace

Result<std::string> WithWeight(const std::string& tensors, double weight) {
  if (!std::isfinite(weight) || weight <= 0) {
    return Fail(Code::kInvalidArgument, "update.weight: expected a number above 0, got " + std::to_string(weight));
  }
  Result<SafetensorsView> file = ParseSafetensors(tensors);
  if (!file) return Fail(file.error().code, "update: " + file.error().message);
  file->metadata["weight"] = Decimal(weight);
  return WriteSafetensors(file->tensors, file->metadata);
}

}  // namespace propius
