// Ageing: no job is to be much later than it would have been in Venn's hands, however many shorter ones arrive.
#pragma once

#include <vector>

#include "scheduling/policies/fluid_view.h"
#include "scheduling/policy.h"

namespace propius {

// Runs the jobs beside the real fleet on an imagined one that Venn plans. A job that, with all of the fleet from now
// on, would just end by a few times its time there is urgent. (Friedman and Henderson, "Fairness and efficiency in web
// server protocols", 2003, bound one discipline by an imagined other one in this way.)
class FluidAgeing {
 public:
  // A job may be late by 1.75 / strength times the imagined time; 0 is no ageing.
  explicit FluidAgeing(double strength);

  // Brings the imagined fleet up to now and its jobs to those seen.
  void Advance(const Snapshot& seen, const FluidView& view);

  // As indices into the snapshot of the last Advance, the one that is due first in front.
  FluidOrder Urgent() const;
  // When the next job may become urgent; the end of time if none will.
  Time next_look() const { return next_look_; }

 private:
  struct Imagined {
    JobId job;
    Time registered_at;
    double done = 0;        // rounds, in imagination
    double speed = 0;       // rounds per second
    double ended = -1;      // seconds from registration to the imagined end; -1 before
    double alone_left = 0;  // seconds that the rest takes with all of the fleet
    double total = 1;       // rounds

    double EndsAfter(double elapsed) const;
  };

  double limit_;
  std::vector<Imagined> jobs_;  // by index of the snapshot
  Time now_{};
  Time next_look_ = Time::max();
};

}  // namespace propius
