// What an asynchronous job says in place of rounds: by which model its devices keep in step, and when it is done.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace propius {

struct SyncSpec {
  std::string model;          // of the registry of synchronisation models, with its settings: "adsp:rate=4"
  Duration period = 60s;      // check period (Gamma)
  double eta = 0;             // global learning rate; 0: 1 / demand
  double momentum = 0;        // explicit, of the server
  double goal = 0;            // loss to reach, for models that search; 0: none
  std::uint32_t batch = 32;   // images of a mini-batch
  std::uint32_t commits = 0;  // the job is done after so many; 0: at its deadline
  double max_norm = 0;        // L2 norm of one update; 0: any

  friend bool operator==(const SyncSpec&, const SyncSpec&) = default;
};

// Each field by itself; whether there is such a model is for those who know the registry.
Status Validate(const SyncSpec& spec);

// "model=adsp:rate=4 period_us=60000000 …": for stores and tokens, and for people to read. Every number comes back bit
// for bit.
std::string ToText(const SyncSpec& spec);
Result<SyncSpec> ParseSyncSpec(std::string_view text);

}  // namespace propius
