// Federated averaging: sum of weight * tensor over sum of weights, in the dtype of the update.
#pragma once

#include <memory>

#include "aggregation/reducer.h"
#include "domain/job.h"

namespace propius {

// Sums in double precision, so the result depends on the order of updates as double sums do; means of integer tensors
// are rounded to nearest, ties to even. Takes no options.
Result<std::unique_ptr<Reducer>> MakeWeightedMean(const ReducerSpec& spec, const Manifest& manifest);

}  // namespace propius
