// Whether an update may be added: all of it is looked at before anything of it is used (guarantees G5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "domain/safetensors.h"

namespace propius {

// Why an update is not taken, for good: a word for the ledger and a sentence for the device.
struct Rejection {
  std::string reason;
  std::string detail;

  friend bool operator==(const Rejection&, const Rejection&) = default;
};

struct CheckedUpdate {
  SafetensorsView view;  // of the bytes that were checked
  double weight = 1;     // its metadata's "weight"; 1 without
};

// Reasons: size, malformed, manifest, weight, not_finite.
tl::expected<CheckedUpdate, Rejection> CheckUpdate(std::string_view bytes, const Manifest& manifest,
                                                   std::uint64_t max_bytes, double max_weight);

}  // namespace propius
