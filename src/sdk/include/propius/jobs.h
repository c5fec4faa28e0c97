// Looking at a tenant's jobs and ending them: for tools and dashboards.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace propius::sdk
