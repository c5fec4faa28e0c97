// Looking at a tenant's jobs and ending them: for tools and dashboards.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "propius/error.h"

namespace propius::sdk {

struct JobSummary {
  std::uint64_t id = 0;
  std::string name;
  std::string tenant;
  std::string state;                   // "idle", "scheduling", "allocated", "finished"
  std::string finish_reason;           // "" while not finished
  std::uint32_t rounds = 0;            // asked for
  std::uint32_t round = 0;             // latest
  std::uint64_t attained_service = 0;  // devices bound, over all rounds
  std::chrono::milliseconds total_scheduling{0};

  // The latest round; zero before the first.
  std::uint32_t demand = 0;
  std::uint32_t slots = 0;
  std::uint32_t allocated = 0;
  std::uint32_t reported = 0;
  std::uint32_t counted = 0;
  std::string outcome;  // "open", "completed", "partial", "aborted", or ""
  std::string reason;
};

// Something that would change, and how long the round would wait then.
struct Remedy {
  std::string kind;          // "constraint": without this lower bound; "demand": half of it; "over_commit": none;
                             // "no_rivals": if no other job were served before
  std::string attribute;     // of a constraint
  double bound = 0;          // of a constraint: what is asked for
  double supply_factor = 1;  // of a constraint: so many times the devices would do; 0: none does now, some would
  std::optional<std::chrono::milliseconds> expected_wait;  // nothing: no end can be seen
};

// Why a job waits for devices.
struct JobExplanation {
  JobSummary job;
  bool waiting = false;        // its round takes devices; rank to expected_wait and the remedies are of that
  std::uint32_t rank = 0;      // by the plan in force, from 1
  std::uint32_t requests = 0;  // rounds of all jobs that take devices
  std::uint32_t ahead = 0;     // jobs before it that may take the same devices
  std::vector<std::uint64_t> ahead_yours;                  // of them, your own
  std::uint64_t ahead_places = 0;                          // that they still have
  std::optional<std::chrono::milliseconds> expected_wait;  // until the round is full; nothing: no end can be seen
  double eligible_per_hour = 0;                            // check-ins of devices that meet the public constraint
  double checkins_per_hour = 0;                            // of all devices
  std::int64_t window_eligible = 0;                        // devices heard from lately that meet it
  std::int64_t window_devices = 0;
  std::vector<Remedy> remedies;  // most helpful first
};

struct JobsOptions {
  std::string job_manager;  // host:port
  std::string token;        // the tenant's; empty if the site has none
  std::chrono::milliseconds call_timeout{10'000};
};

// Blocking, each call tried once; one thread at a time.
class Jobs {
 public:
  explicit Jobs(JobsOptions options);
  ~Jobs();

  // By id; the fields of the latest round are left out.
  Result<std::vector<JobSummary>> List();
  Result<JobSummary> Get(std::uint64_t id);
  Result<JobSummary> Finish(std::uint64_t id);
  Result<JobExplanation> Explain(std::uint64_t id);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace propius::sdk
