// Tensors and assignments that several tests use.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "domain/safetensors.h"
#include "sdk/held_task.h"

namespace propius::testing {

// A file with one F32 tensor "w" of two elements, given by its 8 bytes.
inline std::string File(const std::string& bytes = std::string(8, '\0'),
                        const std::map<std::string, std::string>& metadata = {}) {
  return WriteSafetensors({{{"w", Dtype::kF32, {2}}, bytes}}, metadata);
}

inline HeldAssignment HeldAt(const std::string& leaf, const std::string& plan = File()) {
  HeldAssignment held;
  held.round = {JobId{3}, RoundNumber{7}};
  held.slot = 5;
  held.ticket = "the-ticket";
  held.leaf = leaf;
  held.plan_digest = Sha256(plan);
  held.expires = RealNow() + 1h;
  held.lease = 30s;
  return held;
}

inline std::shared_ptr<TaskLife> LifeOf(const HeldAssignment& held) {
  auto life = std::make_shared<TaskLife>();
  life->expires = held.expires;
  life->stop = std::make_shared<StopSignal>();
  return life;
}

}  // namespace propius::testing
