// The fleet as it would be in Venn's hands: what ageing measures lateness by.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/rng.h"
#include "scheduling/policies/fluid_task_times.h"
#include "scheduling/policy.h"

namespace propius {

// Runs the jobs, round by round, on a fleet whose devices come as evenly as those of the last day and go where the
// policy `venn` sends them. A job that ends in reality goes on here while others of its kind are there: in Venn's hands
// it would have taken devices for as long.
class ImaginedVenn {
 public:
  // In each round the answers take up to `spread` more or less of their usual time, drawn from a seed of its own.
  // Rounds that take equally long fall into step, and may stop one job for ever.
  explicit ImaginedVenn(double spread = 0.3);

  // Brings the jobs to those seen and the fleet to now. Every imagined event costs a plan, so one call catches up with
  // a few at most: it is to be called at every real one.
  void Advance(const Snapshot& seen, const FluidTaskTimes& times);

  // From the registration of a job of that snapshot to its imagined end; nothing before.
  std::optional<Duration> Lasted(JobId job) const;

 private:
  struct Imagined {
    double total = 1;          // rounds
    double needed = 1;         // devices of a round, for as many answers as complete it
    double three_of_five = 0;  // devices answer within so many seconds
    double four_of_five = 0;
    double bound = 0;  // devices of the present round
    double rate = 0;   // devices per second that come to it now
    Time requested_at;
    Time closes_at;
    std::uint32_t really_done = 0;  // rounds
    bool gone = false;              // has ended in reality
    bool ended = false;
    std::optional<Duration> lasted;
  };

  bool Has(std::span<const KnownJob> jobs) const;
  void Take(const Snapshot& seen, const FluidTaskTimes& times);
  void OpenRound(std::uint32_t job, const Snapshot& seen, const FluidTaskTimes& times);
  void CloseRound(std::uint32_t job);
  void PassTo(Time now, const Snapshot& seen, const FluidTaskTimes& times);
  void Share(const Snapshot& seen);
  Time NextEvent() const;

  double spread_;
  Rng chance_{0};
  std::unique_ptr<Policy> venn_;
  std::vector<KnownJob> known_;  // as Venn sees them: rounds done are the imagined ones
  std::vector<Imagined> jobs_;   // by index in known_
  std::vector<OpenRequest> requests_;
  Time now_{};
  Time next_event_ = Time::max();
};

}  // namespace propius
