// What a simulation is fed with: jobs that arrive, devices that come and go, how fast each is and what it meets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/job.h"

namespace propius {

// One job of a list. Its spec holds rounds, demand (participants), deadline, min_reports and needs.
struct ArrivingJob {
  std::uint64_t id = 0;  // as the list numbers it
  TenantId tenant;
  Time arrives;
  JobSpec spec;
  double workload = 0;  // Venn's units: a device computes for workload * c seconds and transfers for 2 * comm / b,
  double comm = 0;      // c = ms / 78, b = kbps / 13,736 (venn.md 3.6)
  int requirement = 0;  // class 1 … 4, 0 where the list has constraints instead
};

// One stay of a device, one check-in at its start.
struct Session {
  Time start;
  Time end;
};

// Sessions in order of their start, on demand: a trace of a hundred million of them is read as a stream.
class SessionTrace {
 public:
  virtual ~SessionTrace() = default;
  // The next session, number by number from 0; false after the last.
  virtual bool Next(Session& session) = 0;
  virtual void Rewind() = 0;
};

// The devices behind the sessions: session i is of device `i mod devices.size()` in capacity and of
// `eligibility[i mod eligibility.size()]`, as the authors' simulator has it.
struct Fleet {
  struct Capacity {
    float ms = 0;    // computation
    float kbps = 0;  // communication
  };
  std::vector<Capacity> capacities;
  std::vector<std::uint8_t> eligibility;  // bit k-1: meets requirement class k
  std::vector<Attributes> profiles;       // instead of classes: public attributes, one for each of `eligibility`
};

struct Workload {
  std::string name;
  std::vector<ArrivingJob> jobs;
  Fleet fleet;
  std::shared_ptr<SessionTrace> sessions;
};

}  // namespace propius
