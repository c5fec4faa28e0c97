// Sum of the tensors: floats as F64, integers exactly as I64, whatever the order of updates. Weights are only counted.
#pragma once

#include <memory>

#include "aggregation/reducer.h"
#include "domain/job.h"

namespace propius {

// Takes no options.
Result<std::unique_ptr<Reducer>> MakeSum(const ReducerSpec& spec, const Manifest& manifest);

}  // namespace propius
