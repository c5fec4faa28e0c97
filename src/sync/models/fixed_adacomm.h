// Local SGD with a fixed number of local steps between two averagings (Wang and Joshi 2018, without the adaptation).
#pragma once

#include <cstdint>
#include <memory>

#include "sync/sync_model.h"

namespace propius {

struct FixedAdacommOptions {
  std::uint32_t steps = 40;
};
std::unique_ptr<SyncModel> MakeFixedAdacomm(FixedAdacommOptions options);

}  // namespace propius
