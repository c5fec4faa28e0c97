// What past rounds have taught, and how the open ones stand: fed with the same few events by the control plane and by
// every simulator, read by policies and by the matcher.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"
#include "domain/ids.h"
#include "scheduling/tier_profile.h"

namespace propius {

// How an open round stands (beyond-venn.md 1.B).
struct RoundStanding {
  std::uint32_t demand = 0;  // D'
  std::uint32_t target = 0;  // reports that complete the round
  Time requested_at;
  Time deadline;
  std::uint32_t accepted = 0;  // devices bound so far, lost ones included
  std::uint32_t live = 0;      // bound, neither reported nor lost
  std::uint32_t reported = 0;
  Time first_bound{};   // once accepted > 0
  Duration tail = 90s;  // Experience::Tail of its job, here because every candidate of a check-in asks for it
  double expected = 0;  // sum over the live ones of the probability that they report
  // Reports still to be found: target - reported - expected. May be negative.
  double Need() const { return static_cast<double>(target) - static_cast<double>(reported) - expected; }
};

class Experience {
 public:
  Experience();
  ~Experience();
  Experience(Experience&&) noexcept;
  Experience& operator=(Experience&&) noexcept;

  // Events, in order of time. `slot` is any number that is unique within the round.
  void RoundOpened(const RoundKey& round, std::uint32_t demand, std::uint32_t target, Time deadline, Time now);
  // `task` is the time that the device is expected to take; nothing if that is not known.
  void Bound(const RoundKey& round, Slot slot, std::optional<Duration> task, Time now);
  void Reported(const RoundKey& round, Slot slot, Time now);
  void Lost(const RoundKey& round, Slot slot, Time now);  // given back, or silent
  void RoundClosed(const RoundKey& round, bool completed, Time now);
  void JobFinished(JobId job);

  // A live device that is silent past its expected time is no longer expected: drops those that fell due. Cheap when
  // nothing did.
  void Advance(Time now);

  // Null if it is not open. What is returned stays a standing while the Experience lives: a walk may come late.
  const RoundStanding* Standing(const RoundKey& round) const;

  // Of the job's rounds. Tail: the time from the moment that no more devices were needed to the close, as a moving
  // average of weight 0.1; 90 s before the first.
  Duration Tail(JobId job) const;
  // Of the job's last completed round: from the request to the last needed bind, and from there to the close; nothing
  // before the first.
  struct RoundTimes {
    Duration scheduling{};
    Duration collecting{};
  };
  std::optional<RoundTimes> LastTimes(JobId job) const;
  // Response times of the job's devices by expected task time; null before the first report.
  const TierProfile* Tiers(JobId job) const;

  // The share of the job's latest binds whose task time was known; nothing before the first.
  std::optional<double> TimedShare(JobId job) const;

  // The share of binds that ended in a report, over the fleet: of devices with about this task time, and of all.
  double SuccessShare(std::optional<Duration> task) const;
  double SuccessShare() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace propius
