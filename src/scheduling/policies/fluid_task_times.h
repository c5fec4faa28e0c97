// How long devices take for a task, learned from a few jobs and known of all: the fleet is the same for them.
#pragma once

#include "domain/job.h"
#include "scheduling/tier_profile.h"

namespace propius {

// Expected task times of the fleet's devices, of which a job with other work takes a multiple.
class FluidTaskTimes {
 public:
  // From the first devices of a job, unless there are too few yet; false then. A job that has what others leave has
  // slower devices than the fleet: with `choice` it has not.
  bool Learn(const TierProfile& devices, const TaskWork& work, bool choice);

  // Seconds for the work that three, or four, of five devices stay below; 0 while nothing is known.
  double ThreeOfFive(const TaskWork& work) const;
  double FourOfFive(const TaskWork& work) const;

 private:
  // Over the last jobs, in multiples of what a device of a fixed speed would take.
  class Mean {
   public:
    void Add(double value);
    double value() const { return value_; }

   private:
    double value_ = 0;
    double count_ = 0;
  };
  Mean three_;
  Mean four_;
};

}  // namespace propius
