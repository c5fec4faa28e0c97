// The server's parameters move towards each worker's as it comes: W = (1 - a) W + a w (FedAsync, 2019), where a falls
// with the staleness of w.
#pragma once

#include <cstdint>
#include <memory>

#include "sync/sync_model.h"

namespace propius {

struct FedasyncOptions {
  std::uint32_t steps = 20;
  double alpha = 0.6;
  double exponent = 0.5;  // polynomial: (1 + staleness)^-exponent; 0: constant
  bool hinge = false;     // instead: 1 up to `hinge_from`, then 1 / (slope * (staleness - from) + 1)
  double hinge_slope = 10;
  double hinge_from = 4;
};
std::unique_ptr<SyncModel> MakeFedasync(FedasyncOptions options);

}  // namespace propius
