// The seam of scheduling: a policy sees values and returns a value.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/rng.h"
#include "domain/census.h"
#include "domain/job.h"

namespace propius {

// A job whose current round still takes devices.
struct OpenRequest {
  JobId job;
  TenantId tenant;
  Constraint needs;
  Time registered_at;
  Time requested_at;
  RoundNumber round;
  std::uint32_t demand = 0;     // devices that the request asked for, over-commit included
  std::uint32_t remaining = 0;  // of them, still to be bound; at least 1
  std::uint64_t attained_service = 0;
  std::uint64_t total_demand = 0;
};

struct Snapshot {
  Time now;
  std::span<const OpenRequest> requests;  // ordered by job id
  const Census& census;
};

// Requests served in `order` by the devices that `admits` lets in. One group is online scheduling, several are
// small-batch partitions (paper section 3.2).
struct Group {
  Constraint admits;
  std::vector<JobId> order;
};

using Plan = std::vector<Group>;

// No store, no clock, no I/O. Binding enforces the jobs' constraints; a plan only says who comes first.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual Plan MakePlan(const Snapshot& seen, Rng& chance) = 0;
};

}  // namespace propius
