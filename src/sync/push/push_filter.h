// What a worker sends of its update. A filter keeps what it does not send, for a later time: nothing is lost.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "base/rng.h"

namespace propius {

class PushFilter {
 public:
  virtual ~PushFilter() = default;
  // Makes of this update what is sent now, zero where nothing is, and says how many values are sent. `parameters` are
  // those that the worker holds. Every call must be equally long.
  virtual std::size_t Filter(std::span<float> update, std::span<const float> parameters, Rng& chance) = 0;
};

// "dense" (null: everything is sent), "dgc" or "significant", with their defaults; kInvalidArgument on another name.
Result<std::unique_ptr<PushFilter>> MakePushFilter(const std::string& name);

}  // namespace propius
