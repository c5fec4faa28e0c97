// The devices behind a trace of sessions, as the desks see them: few enough kinds that a check-in makes no attributes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/constraint.h"
#include "workload/workload.h"

namespace propius {

class FleetKinds {
 public:
  // Fails on a fleet without devices. `workload` outlives this.
  static Result<FleetKinds> Make(const Workload& workload);

  // By what it meets; devices of one kind meet the same needs.
  std::size_t KindOf(const Session& session) const { return kind_of_[session.device % kind_of_.size()]; }
  std::size_t kinds() const { return meets_.size(); }
  std::size_t predicates() const { return predicates_; }
  bool Meets(std::size_t kind, std::size_t predicate) const { return meets_[kind][predicate]; }
  bool MeetsNeedsOf(std::size_t kind, std::size_t job) const { return meets_[kind][predicate_of_job_[job]]; }

  // What the device says of itself: what it meets and, in steps of some 9 and 19 %, how fast it is (`ms_per_sample`,
  // `kbps`), so that a fleet has a few thousand kinds of devices and not as many as devices.
  const Attributes& Stated(const Session& session);
  // What a task of the job takes this device, by its speed as it is (venn.md 3.6).
  Duration TaskOf(const ArrivingJob& job, const Session& session) const;

 private:
  FleetKinds() = default;

  std::vector<std::uint32_t> kind_of_;    // by place in the list of eligibility or profiles
  std::vector<Attributes> attributes_;    // by kind, without speed
  std::vector<std::vector<bool>> meets_;  // by kind and predicate
  std::vector<std::uint32_t> predicate_of_job_;
  std::size_t predicates_ = 0;

  const std::vector<Fleet::Capacity>* capacities_ = nullptr;
  std::vector<std::uint32_t> speed_of_;   // by place in the capacities
  std::vector<Fleet::Capacity> speeds_;   // each stated one once
  std::vector<std::uint32_t> stated_of_;  // by kind and speed; kNone until one comes
  std::vector<Attributes> stated_;
};

}  // namespace propius
