// The always-on devices of Propius' evaluation (propius.md 3.1): each asks, takes one task at a time, sleeps, and asks
// again, as long as there are jobs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/fleet_jobs.h"
#include "sim/fleet_link.h"
#include "sim/fleet_population.h"
#include "sim/fleet_tally.h"

namespace propius {

class FleetMembers {
 public:
  // Who chooses a device's job: the scheduler, by its offers; the device, at random each time; the device, once and for
  // all.
  enum class Choice { kOffered, kRandom, kFixed };

  // All outlive this; `run` does not.
  FleetMembers(VirtualRuntime& world, FleetSite& site, FleetJobs& jobs, const std::vector<FleetMember>& members,
               FleetTally& tally, Choice choice, const PropiusFigureRun& run);

  void Start();
  void Report(RunRecord& record, Time end) const;

 private:
  struct State {
    std::uint32_t asks = 0;     // in a row, without a task
    std::uint32_t attempt = 0;  // of accepting, ever
    RoundKey round;
    std::string ticket;
    bool is_counted = false;
    bool was_delivered = false;
    std::size_t job = kPropiusJobs;  // its own, where it has one for good
    Duration busy{};
  };
  using Place = std::uint32_t;

  DeviceId IdOf(Place place) const { return {std::uint64_t{place} + 1}; }
  bool Suits(Place place, std::size_t job) const { return suits_[place].at(job); }
  void FixJobs();
  void After(Duration delay, Place place, void (FleetMembers::*step)(Place));

  void Ask(Place place);
  void Heard(Place place, const Result<Greeting>& greeting);
  void Choose(Place place);
  void Accept(Place place, const RoundKey& round);
  void Accepted(Place place, const Result<Bound>& bound);
  void Refused(Place place, Duration retry);
  // All that wait for a round of the job: it has begun, or is over.
  void Turn(std::size_t job);
  void Work(Place place);
  void Upload(Place place);
  void Tell(Place place);

  VirtualRuntime& world_;
  FleetSite& site_;
  FleetJobs& jobs_;
  const std::vector<FleetMember>& members_;
  FleetTally& tally_;
  Choice choice_;
  bool in_batches_;
  FleetLink link_;
  Rng chance_;
  std::vector<std::array<bool, kPropiusJobs>> suits_;
  std::vector<State> states_;
  std::array<std::vector<Place>, kPropiusJobs> waiting_;
};

}  // namespace propius
