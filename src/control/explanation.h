// Why a job waits: where it stands, what comes for it, and what would shorten the wait.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/dispatcher.h"
#include "control/job_book.h"

namespace propius {

// Something that would change, and the wait then.
struct Remedy {
  enum class Kind {
    kConstraint,  // without this lower bound
    kDemand,      // with half the demand
    kOverCommit,  // without over-commit
    kNoRivals,    // if no other job were served before
  };
  Kind kind = Kind::kNoRivals;
  std::string attribute;             // of kConstraint
  double bound = 0;                  // of kConstraint: what is asked for
  double supply_factor = 1;          // of kConstraint: so many times the devices would do
  std::optional<Duration> expected;  // the wait then; nothing if no end of it can be seen
};

struct JobExplanation {
  Job job;
  std::optional<Round> round;             // the latest
  bool waiting = false;                   // it takes devices now; the rest up to `expected_wait` is of that
  std::uint32_t rank = 0;                 // by the plan, from 1
  std::uint32_t requests = 0;             // of all jobs, that take devices
  std::uint32_t ahead = 0;                // jobs before it that may take the same devices
  std::vector<JobId> ahead_yours;         // of them, those of the same tenant
  std::uint64_t ahead_places = 0;         // that they still have
  std::optional<Duration> expected_wait;  // until the round is full
  double eligible_per_hour = 0;           // check-ins of devices that meet the constraint
  double checkins_per_hour = 0;           // of all devices
  std::int64_t window_eligible = 0;       // devices in the window that meet it
  std::int64_t window_devices = 0;
  std::vector<Remedy> remedies;  // most helpful first
};

// `job` is in the book.
JobExplanation Explain(Dispatcher& dispatcher, const JobBook& book, JobId job);

}  // namespace propius
