#include "experiments/experiment.h"

namespace propius {

std::vector<Experiment> AllExperiments() {
  return {VennTable1(), VennBiased(),     VennAblation(),   VennFairness(),  VennOverhead(),
          BeyondVenn(), PropiusFigure(2), PropiusFigure(3), PropiusFigure(4)};
}

}  // namespace propius
