// The seam of scheduling: a policy sees values and returns a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/rng.h"
#include "domain/census.h"
#include "domain/job.h"
#include "scheduling/experience.h"
#include "scheduling/supply.h"

namespace propius {

// A job that is not finished, whether its round takes devices or not (paper Table 2).
struct KnownJob {
  JobId job;
  TenantId tenant;
  PredicateId predicate = 0;  // what it needs of devices, in Snapshot::supply
  double share = 1;
  TaskWork work = {};
  Time registered_at;
  Duration round_limit{};         // from a round request to its deadline
  std::uint32_t demand = 0;       // slots of a round, over-commit included
  std::uint32_t target = 0;       // reports that complete a round
  std::uint32_t rounds = 1;       // as registered: an estimate
  std::uint32_t rounds_done = 0;  // completed
  std::uint64_t attained_service = 0;
  std::uint64_t total_demand = 0;
};

// The current round of a job that still takes devices.
struct OpenRequest {
  JobId job;
  RoundNumber round;
  std::uint32_t known = 0;  // index of its job in Snapshot::jobs
  Time requested_at;
  Time deadline;
  std::uint32_t demand = 0;     // slots of this round
  std::uint32_t remaining = 0;  // of them, still to be bound; at least 1
};

// What a policy may ask (paper Table 3): jobs and their fields, queries over them by walking the spans, the devices in
// the window and subsets of them, the supply of a day, and what past rounds have taught.
struct Snapshot {
  Time now;
  std::span<const KnownJob> jobs;         // ordered by job id
  std::span<const OpenRequest> requests;  // ordered by job id
  const Census& census;
  const Supply& supply;
  const Experience& experience;

  const KnownJob& JobOf(const OpenRequest& request) const { return jobs[request.known]; }
};

// A part of the fleet by a fixed hash of the device id in [0, 1).
struct FleetPart {
  double from = 0;
  double to = 1;

  bool Has(double hash) const { return from <= hash && hash < to; }
  friend bool operator==(const FleetPart&, const FleetPart&) = default;
};

// Requests served in `order` by the devices that the group lets in. A device walks first the groups that it is `first`
// of, then the others, each in the order of the plan. One group is online scheduling, several are small-batch
// partitions (paper section 3.2).
struct Group {
  Constraint admits;
  FleetPart part;
  AtomSet first;            // devices of these atoms come to this group before any other
  bool only_first = false;  // and devices of other atoms, uncharted ones too, do not come at all
  bool draw_one = false;  // the device draws one job of the order at random; if that cannot take it, none of the group
  std::vector<JobId> order;
};

// Round care (beyond-venn.md 1.B, 1.C): what binding is to weigh before it gives a device to a round.
struct RoundCare {
  double available_rate = 0;  // devices per second that the order leaves to the job
  double supply_rate = 0;     // devices per second that meet its constraint
  double success = 0.88;      // share of the fleet's binds that end in a report
  double admission = 0.5;     // share of the expected acquisition time that must fit before the deadline
  Duration patience = 100s;   // a device may take this much longer than the round still needs
  bool strict_need = true;    // stop at the expected target instead of at the demand
};

// How binding treats one job beyond its place in the order.
struct JobTerms {
  JobId job;
  // Tier matching: in this round only devices whose expected task time lies in [fastest, slowest).
  Duration fastest{0};
  Duration slowest = Duration::max();
  std::optional<RoundCare> care;
};

struct Plan {
  std::vector<Group> groups;
  std::vector<JobTerms> terms;  // at most one per job; jobs without are served whoever comes
};

// No store, no clock, no I/O. Binding enforces the jobs' constraints; a plan only says who comes first. A policy is
// asked on registration, round request, fill, close and finish, never on a check-in.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual Plan MakePlan(const Snapshot& seen, Rng& chance) = 0;
};

}  // namespace propius
