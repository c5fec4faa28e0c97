#include <string>

#include "domain/safetensors.h"
#include "fuzz.h"

namespace propius {
namespace {

bool Same(const SafetensorsView& a, const SafetensorsView& b) {
  if (a.metadata != b.metadata || a.manifest() != b.manifest()) return false;
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    if (a.tensors[i].data != b.tensors[i].data) return false;
  }
  return true;
}

void Try(std::string_view bytes) {
  const Result<SafetensorsView> view = ParseSafetensors(bytes);
  if (!view) {
    CHECK(view.error().code == Code::kInvalidArgument && !view.error().message.empty());
    return;
  }
  const std::string written = WriteSafetensors(view->tensors, view->metadata);
  const Result<SafetensorsView> again = ParseSafetensors(written);
  CHECK(again.has_value() && Same(*view, *again));
  CHECK(WriteSafetensors(again->tensors, again->metadata) == written);

  CHECK(CheckFinite(*view).has_value() == CheckFinite(*again).has_value());
  CHECK(CheckManifest(view->manifest(), *again).has_value());
  for (const TensorView& tensor : view->tensors) CHECK(view->Find(tensor.spec.name) == &tensor);
  const Result<Manifest> manifest = UpdateManifest(*view);
  if (manifest) CHECK(CheckManifest(*manifest, *view).has_value() == (*manifest == view->manifest()));
}

// Lets the input be a header and its data, so that mutations need not guess the length in front.
void TryFramed(std::string_view input) {
  const std::size_t end = std::min(input.find('\0'), input.size());
  std::string bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(end >> (8 * i)));
  bytes += input.substr(0, end);
  if (end < input.size()) bytes += input.substr(end + 1);
  Try(bytes);
}

}  // namespace
}  // namespace propius

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  propius::Try(propius::AsText(bytes, size));
  propius::TryFramed(propius::AsText(bytes, size));
  return 0;
}
