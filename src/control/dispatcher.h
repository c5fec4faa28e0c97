// The scheduler: snapshot -> policy -> plan -> matcher. Re-planned on registration, request, fill, loss, close and
// finish (paper section 3.2). It owns what policies learn from: the supply of devices and the experience of rounds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/runtime.h"
#include "control/job_book.h"
#include "control/profile_views.h"
#include "scheduling/matcher.h"
#include "scheduling/policy.h"
#include "store/device_window.h"

namespace propius {

class Dispatcher {
 public:
  // What the book has already counts: after a restart needs are watched and the experience is told again from it.
  Dispatcher(Runtime& runtime, JobBook& book, const DeviceWindow& window, std::unique_ptr<Policy> policy);

  // What the desks tell, once the book has it.
  void JobRegistered(JobId job);
  void JobFinished(JobId job);
  void RoundOpened(const RoundKey& round);
  void RoundClosed(const RoundKey& round);
  void Bound(const Binding& binding, const DeviceSpeed& device);
  void Settled(const RoundKey& round, Slot slot, BindState state);
  void CheckedIn(const Profile& device);

  // Several calls within one task make one plan, at the next reading.
  void Replan() { stale_ = true; }
  // The plan now; scores are written to the book when it is made: the first of a group's order has the highest.
  const Plan& plan();
  std::uint64_t plans_made() const { return plans_made_; }
  const Supply& supply() const { return supply_; }
  const DeviceWindow& window() const { return window_; }
  // Its need in the supply, while the job is not finished.
  std::optional<PredicateId> PredicateOf(JobId job) const {
    const auto watched = watched_.find(job);
    return watched == watched_.end() ? std::nullopt : std::optional(watched->second.predicate);
  }
  const Experience& experience() const { return experience_; }

  // An open request of the plan, as binding looks at it. What it points to holds until the next plan.
  struct Place {
    RoundKey key;
    const Round* round = nullptr;
    const Job* job = nullptr;
  };
  // Visits the rounds that take devices and that the plan offers to this device, best first, each once, until `take`
  // returns true: then true.
  template <typename Take>
  bool Match(DeviceId device, const Profile& profile, Take take) {
    return Walk(device, profile, [this, &take](std::size_t request) {
      const Place& place = places_[request];
      return place.round->open() && take(place);
    });
  }
  // May this round have a device of this speed, by the terms of the plan? Asked again when a device accepts. Says what
  // was expected if not.
  Status MayBind(const RoundKey& round, const DeviceSpeed& device);
  // Devices that the round may still be offered to: its open places or, under round care, what it still needs if that
  // is less.
  std::uint32_t PlacesLeft(const Place& place) const;
  // The open requests of the plan, by job; until the next plan.
  std::span<const Place> places();
  AtomId AtomOf(const Profile& profile) { return views_.Of(profile, supply_).atom; }
  const DeviceSpeed& SpeedOf(const Profile& profile) { return views_.Of(profile, supply_).speed; }

 private:
  struct Watched {
    PredicateId predicate = 0;
    std::uint32_t rounds_done = 0;
  };

  void Watch(const Job& job);
  void Refresh();
  void MakePlan();
  void WriteScores(const std::vector<OpenRequest>& requests);
  bool Walk(DeviceId device, const Profile& profile, const std::function<bool(std::size_t)>& take);

  Runtime& runtime_;
  JobBook& book_;
  const DeviceWindow& window_;
  std::unique_ptr<Policy> policy_;
  Supply supply_;
  Experience experience_;
  Matcher matcher_{supply_, experience_};
  ProfileViews views_;
  std::map<JobId, Watched> watched_;  // unfinished jobs
  std::vector<Place> places_;         // by request
  std::map<JobId, std::size_t> terms_;
  std::vector<JobId> scored_;
  bool stale_ = true;
  std::uint64_t epoch_ = 0;  // of the supply, when the plan was made
  std::uint64_t plans_made_ = 0;
};

}  // namespace propius
