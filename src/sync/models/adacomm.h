// Local SGD whose number of local steps falls as the loss does (Wang and Joshi 2018). As published, it halves the steps
// whenever the loss falls slowly, and so ends as bulk-synchronous within a few periods; two guards keep it from that.
#pragma once

#include <cstdint>
#include <memory>

#include "base/time.h"
#include "sync/sync_model.h"

namespace propius {

struct AdacommOptions {
  // Local steps to begin with; 0: tries 1, 5, 10, 20, 40, 60, 80 and 100 for a period each, from the same parameters,
  // and takes the one whose loss falls most per second.
  std::uint32_t first = 0;
  Duration period = 60s;  // between adaptations, T0
  double shrink = 0.5;    // gamma
  std::uint32_t least = 5;
  // Does not halve while a commit already costs more than this share of the local training.
  double commit_share = 0.1;
};
std::unique_ptr<SyncModel> MakeAdacomm(AdacommOptions options);

}  // namespace propius
