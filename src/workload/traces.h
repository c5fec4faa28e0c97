// Check-in traces that no file holds.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "workload/workload.h"

namespace propius {

// In memory, little more than sixteen bytes each. Sorts by start; the device of a session is its place in that order.
std::shared_ptr<const SessionTrace> MakeStoredTrace(const std::vector<Session>& sessions);
// Reads all of a trace into memory.
std::shared_ptr<const SessionTrace> Stored(const SessionTrace& trace);

// The trace `times` times, one after the other at `period`: the authors' way to a long trace. A session keeps its
// device.
std::shared_ptr<const SessionTrace> Repeated(std::shared_ptr<const SessionTrace> trace, std::uint64_t times,
                                             Duration period = 432'000s);

// Like FedScale's client_behave_trace as far as that is known (venn.md 3.5). Devices are numbered as their sessions
// come: how many there are is for the fleet to say.
struct TraceShape {
  std::uint64_t sessions = 2'020'000;
  double rate = 2'020'000 / 432'000.0;  // check-ins per second, mean over the day
  bool diurnal = true;                  // the rate follows the hours of data/venn/diurnal5000.json
  double median_session_s = 600;        // log-normal
  double session_sigma = 2.2;
  std::uint64_t seed = 21;
};
// Drawn while it is read; nothing is stored.
std::shared_ptr<const SessionTrace> MakeGeneratedTrace(const TraceShape& shape);

}  // namespace propius
