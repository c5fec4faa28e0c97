// A job as its owner asks for it, and as the job database keeps it (paper Table 2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/constraint.h"
#include "domain/ids.h"
#include "domain/sync_spec.h"
#include "domain/task_work.h"

namespace propius {

// Which reducer of the registry, with its options.
struct ReducerSpec {
  std::string name = "weighted_mean";
  std::map<std::string, double> options;

  friend bool operator==(const ReducerSpec&, const ReducerSpec&) = default;
};

struct JobSpec {
  std::string name;
  std::uint32_t rounds = 1;
  // Devices per round (D) of a round request that names no other.
  std::uint32_t demand = 1;
  // Slots of a round over its demand; D' = ceil(demand * over_commit).
  double over_commit = 1.0;
  // Share of the demand whose reports complete a round.
  double min_reports = 1.0;
  // From the round request to the end of the round, waiting included.
  Duration deadline = 10min;
  Constraint needs;
  // Sent to devices and decided there.
  Constraint private_needs;
  ReducerSpec reducer;
  // Weight among the jobs of its tenant, where a policy shares the fleet; above 0.
  double share = 1.0;
  // What a round costs one device, for policies that look at device speed.
  TaskWork work;
  // Limits of one update.
  std::uint64_t max_update_bytes = 256U << 20U;
  double max_weight = 1e6;
  // An asynchronous job: one round, of so many devices at a time as the demand says, that lasts to the deadline or
  // until it has its commits. Rounds is 1, and the reducer is not used.
  std::optional<SyncSpec> sync{};

  friend bool operator==(const JobSpec&, const JobSpec&) = default;
};

// ceil(demand * over_commit), and at least the demand.
std::uint32_t SlotsFor(std::uint32_t demand, double over_commit);
// ceil(demand * min_reports), and at least 1.
std::uint32_t TargetFor(std::uint32_t demand, double min_reports);

// Checks every field by itself; what a site allows is for the job manager's limits.
Status Validate(const JobSpec& spec);

enum class JobState { kIdle, kScheduling, kAllocated, kFinished };
std::string_view StateName(JobState state);

// The paper's Table 2. `needs` and `private_needs` of the spec are its public_constraint.[x], private_constraint.[y].
struct Job {
  JobId id;
  TenantId tenant;
  JobSpec spec;
  JobState state = JobState::kIdle;
  Time time_stamp;         // registration
  Duration total_sched{};  // waiting for devices, over all rounds
  Time start_sched;        // latest round request
  std::string job_ip;      // where the job registered from; never shown to devices
  std::uint32_t port = 0;
  std::uint64_t total_demand = 0;      // devices, estimated over all rounds
  std::uint32_t total_round = 0;       // rounds, estimated
  std::uint64_t attained_service = 0;  // devices bound, over all rounds
  RoundNumber round;                   // latest
  std::uint32_t demand = 0;            // devices of the latest round, over-commit included
  std::uint32_t amount = 0;            // of them, bound and not lost
  double score = 0;                    // higher is served first
  Time last_heard;                     // latest call of the job; a silent job is finished for it
  std::string finish_reason;           // "" while not finished

  friend bool operator==(const Job&, const Job&) = default;
};

}  // namespace propius
