// Deep gradient compression (ICLR 2018): only the largest values travel, the others add up until they are among them.
#pragma once

#include <memory>
#include <vector>

#include "sync/push/push_filter.h"

namespace propius {

struct DgcOptions {
  // Shares of the values that are kept back, push after push; the last one holds from then on.
  std::vector<double> sparsity{0.75, 0.9375, 0.984, 0.996, 0.999};
  std::size_t pushes_per_stage = 4;
  double momentum = 0;          // correction; 0 when updates of many local steps are pushed
  double sample_share = 0.005;  // of the values, from which the threshold is estimated; at least 256 of them
};
std::unique_ptr<PushFilter> MakeDeepGradientCompression(DgcOptions options);

}  // namespace propius
