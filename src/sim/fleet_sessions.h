// Devices that come and go: each session checks in at its start and takes at most one task.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/fleet_jobs.h"
#include "sim/fleet_kinds.h"
#include "sim/fleet_link.h"
#include "sim/fleet_tally.h"

namespace propius {

class FleetSessions {
 public:
  // All outlive this; `run` does not.
  FleetSessions(VirtualRuntime& world, FleetSite& site, FleetJobs& jobs, FleetKinds& kinds, FleetTally& tally,
                const SessionRun& run);

  // At the session's start.
  void CheckIn(const Session& session);
  void Report(RunRecord& record) const;

 private:
  // A session while it has to do with the desks.
  struct Visit {
    Session session;
    Time leaves;
    std::uint32_t asks = 0;  // that it still makes if it is offered nothing
    std::uint32_t attempt = 0;
    RoundKey round;
    std::string ticket;
    Time bound_at;
    Time done_at;
    std::optional<bool> counted;
  };
  using Place = std::uint32_t;

  DeviceId IdOf(const Visit& visit) const { return {visit.session.device + 1}; }
  Place Admit(const Session& session);
  void Leave(Place place);
  void Heard(Place place, const Result<Greeting>& greeting);
  void AskAgain(Place place, Duration after);
  bool WouldTake(const Visit& visit, const ArrivingJob& job) const;
  void Accept(Place place, const RoundKey& round);
  void Accepted(Place place, const Result<Bound>& bound);
  void Work(Place place);
  void WorkOn(Place place);
  void KeepLease(Place place);
  void Upload(Place place);
  void Tell(Place place);
  void Stop(Place place);

  VirtualRuntime& world_;
  FleetSite& site_;
  FleetJobs& jobs_;
  FleetKinds& kinds_;
  FleetTally& tally_;
  FleetLink link_;
  std::uint32_t asks_;
  Duration heartbeat_;
  SupplyByHour supply_;
  std::vector<Visit> visits_;
  std::vector<Place> free_;
  Duration present_{};  // of all sessions
  Duration used_{};     // of those that had a task
  Duration busy_{};
};

}  // namespace propius
