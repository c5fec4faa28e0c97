// Asynchronous with a buffer (FedBuff, AISTATS 2022): every K updates, damped by their staleness, are added together as
// one mean. Nobody waits.
#pragma once

#include <cstdint>
#include <memory>

#include "sync/settings.h"
#include "sync/sync_model.h"

namespace propius {

struct FedbuffOptions {
  std::uint32_t buffer = 10;  // K
  std::uint32_t steps = 20;   // local steps of an update
  double rate = 1;            // of the server
  double exponent = 0.5;      // weight = (1 + staleness)^-exponent
};
std::unique_ptr<SyncModel> MakeFedbuff(const SyncJob& job, FedbuffOptions options);

}  // namespace propius
