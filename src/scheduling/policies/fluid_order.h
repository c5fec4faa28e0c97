// A good order of jobs by the fluid model: the best of a few, then moved job by job while it gets better
// (beyond-venn.md 1.A).
#pragma once

#include <cstdint>

#include "scheduling/policies/fluid_model.h"

namespace propius {

struct FluidSearch {
  std::size_t fixed = 0;  // so many leading jobs keep their places
  std::uint32_t passes = 6;
  std::uint64_t work = 10'000'000;  // steps of the model, by FluidModel::work; policies read no clock
};

// `current` names every job once. It is only left for an order that is better by a thousandth.
FluidOrder ImproveOrder(FluidModel& model, FluidOrder current, const FluidSearch& search = {});

}  // namespace propius
