// The jobs of a fleet run, and the data plane as far as their rounds go: a job registers when it arrives, asks for
// round after round, asks again after one that failed, and finishes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/fleet_round.h"
#include "sim/fleet_site.h"
#include "sim/virtual_runtime.h"
#include "workload/workload.h"

namespace propius {

struct FleetJobRules {
  Duration between_rounds = 100ms;
  bool strict = false;  // as SessionRun::strict
  // Propius' evaluation: devices wait until the round has all of them, at most for the first, and then have the second
  // to report. Nothing: devices start as they come, and the round ends at its deadline.
  struct Barrier {
    Duration fill{};
    Duration execute{};
  };
  std::optional<Barrier> barrier;
};

class FleetJobs {
 public:
  // All outlive this. `jobs` need no order.
  FleetJobs(VirtualRuntime& world, std::span<const ArrivingJob> jobs, FleetJobRules rules);

  // What the policy is told; for FleetSite.
  std::function<ToldRounds(JobId)> Told() const;
  // Called when devices of a round that waits may start, and when a round closes.
  void OnTurn(std::function<void(std::size_t job)> turn) { turn_ = std::move(turn); }
  void Start(FleetSite& site);

  // Devices.
  std::size_t PlaceOf(JobId id) const { return places_[id.value]; }
  const ArrivingJob& job(std::size_t place) const { return jobs_[place]; }
  const FleetRound& round(std::size_t place) const { return agents_[place].round; }
  bool IsFinished(std::size_t place) const { return agents_[place].finish_s >= 0; }
  void Bound(const RoundKey& key);
  // An update arrives; whether it counts. The round that it completes closes in a later task of this instant: the
  // device is heard first.
  bool Deliver(const RoundKey& key);

  std::size_t unfinished() const { return unfinished_; }
  double ShareDone() const;
  // Set once a desk refuses a job what it must not be refused.
  const std::optional<Error>& failure() const { return failure_; }
  // The jobs' own figures and what follows from them. The run ended at `end`.
  void Report(RunRecord& record, Time end) const;

 private:
  struct Agent {
    JobId id;
    FleetRound round;
    std::optional<Time> begun;
    std::uint32_t done = 0;
    std::uint32_t aborts = 0;
    std::uint64_t calls = 0;
    double finish_s = -1;
    Duration scheduling{};
    Duration collecting{};
    Duration queue_delay{};  // scheduling of the good rounds
  };

  JobCaller Caller(std::size_t place);
  void Register(std::size_t place);
  void Request(std::size_t place);
  void Opened(std::size_t place, const RoundGrant& grant);
  void CloseAt(Time when, std::size_t place, const char* why, bool only_unbegun = false);
  void BeginIfFull(std::size_t place);
  void Close(std::size_t place, const char* why);
  void Finish(std::size_t place);
  // Keeps the first.
  void Fail(const Error& error);

  VirtualRuntime& world_;
  std::span<const ArrivingJob> jobs_;
  FleetJobRules rules_;
  FleetSite* site_ = nullptr;
  std::vector<Agent> agents_;        // by place in `jobs_`
  std::vector<std::size_t> places_;  // by job id
  std::size_t unfinished_;
  std::uint64_t rounds_wanted_ = 0;
  std::uint64_t rounds_done_ = 0;
  std::function<void(std::size_t)> turn_;
  std::optional<Error> failure_;
};

}  // namespace propius
