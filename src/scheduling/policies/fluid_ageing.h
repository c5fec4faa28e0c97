// Ageing: no job is to be much later than it would have been in Venn's hands, however many shorter ones arrive.
#pragma once

#include "scheduling/policies/fluid_imagined.h"
#include "scheduling/policies/fluid_model.h"
#include "scheduling/policies/fluid_task_times.h"
#include "scheduling/policy.h"

namespace propius {

// Runs the jobs beside the real fleet on an imagined one that Venn plans. A job that has ended there is urgent here
// once with all of the fleet it would just end by a few times its time there. (Friedman and Henderson, "Fairness and
// efficiency in web server protocols", 2003, bound one discipline by an imagined other one in this way.)
class FluidAgeing {
 public:
  // A job may be late by 1.75 / strength times the imagined time; 0 is no ageing.
  explicit FluidAgeing(double strength);

  // See ImaginedVenn::Advance.
  void Advance(const Snapshot& seen, const FluidTaskTimes& times);

  // Of the snapshot of the last Advance, as indices, the one that is due first in front.
  FluidOrder Urgent(const Snapshot& seen) const;

 private:
  double limit_;
  ImaginedVenn imagined_;
};

}  // namespace propius
