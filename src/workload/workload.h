// What a simulation is fed with: jobs that arrive, devices that come and go, how fast each is and what it meets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/job.h"

namespace propius {

// One job of a list. Its spec holds rounds, demand (participants), deadline, min_reports, needs and work.
struct ArrivingJob {
  std::uint64_t id = 0;  // as the list numbers it
  TenantId tenant{};
  double arrives_s = 0;
  JobSpec spec{};
  double workload = 0;  // Venn's units: a device computes for workload * c seconds and transfers for 2 * comm / b,
  double comm = 0;      // c = ms / 78, b = kbps / 13,736 (venn.md 3.6)
  int requirement = 0;  // class 1 … 4, 0 where the list has constraints instead
  // What its owner says in place of spec.rounds, for policies that believe it; 0: the truth.
  std::uint32_t stated_rounds = 0;

  Time arrives() const { return Time(FromSeconds(arrives_s)); }
};

// Venn's units of work as what a job states, so that TaskTime is what the simulator takes for a device's task; and
// back.
constexpr double kMeanMs = 78;        // computation of FedScale's mean device
constexpr double kMeanKbps = 13'736;  // its communication
TaskWork WorkOf(double workload, double comm);
void StateInVennUnits(const TaskWork& work, ArrivingJob& job);

// One stay of a device, one check-in at its start.
struct Session {
  Time start;
  Time end;
  std::uint64_t device = 0;  // its place in Fleet, before the remainder is taken
};

class SessionStream {
 public:
  virtual ~SessionStream() = default;
  // The next sessions, in order of their start. Fewer than asked for only at the end, then none.
  virtual std::size_t Read(std::span<Session> into) = 0;
};

// Sessions on demand: a trace of a hundred million of them is read as a stream. Several streams of one trace may be
// read at the same time, from several threads too.
class SessionTrace {
 public:
  virtual ~SessionTrace() = default;
  virtual std::unique_ptr<SessionStream> Open() const = 0;
  virtual std::uint64_t size() const = 0;
  // Where the trace as a whole ends: a simulation of it stops there at the latest. A whole number of five days in the
  // authors' simulator.
  virtual Duration horizon() const = 0;
};

// The devices behind the sessions: a session is of capacity `device mod capacities.size()` and of
// `eligibility[device mod eligibility.size()]`, as the authors' simulator has it.
struct Fleet {
  struct Capacity {
    double ms = 0;    // computation
    double kbps = 0;  // communication
  };
  std::vector<Capacity> capacities;
  std::vector<std::uint8_t> eligibility;  // bit k-1: meets requirement class k
  std::vector<Attributes> profiles;       // instead of classes: public attributes, one for each of `eligibility`
};

// What a device of this eligibility states, and what a job of this class needs: `class_k` is 1 where class k is met.
Attributes ClassAttributes(std::uint8_t eligibility);
Constraint ClassConstraint(int requirement);

struct Workload {
  std::string name{};
  std::vector<ArrivingJob> jobs{};
  Fleet fleet{};
  std::shared_ptr<const SessionTrace> sessions{};
};

}  // namespace propius
