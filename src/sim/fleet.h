// Whole fleets on virtual time: the production job desk, client desk and dispatcher, with light models of jobs, devices
// and of the data plane, which counts reports and closes rounds and moves no tensor.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "domain/ids.h"
#include "scheduling/registry.h"
#include "workload/run_record.h"
#include "workload/workload.h"

namespace propius {

// Between devices and desks.
struct FleetNetwork {
  Duration latency{};  // one way
  double loss = 0;     // of one message, in [0, 1); the caller asks again after `timeout`
  Duration timeout = 5s;
};

// How the desks match (paper section 3.2).
struct FleetMatching {
  bool small_batch = false;
  Duration batch_interval = 3s;
  std::uint32_t batch_size = 100;  // devices that wait; as many are matched at once
  std::uint32_t max_offers = 4;    // to one device
};

struct FleetBind {
  Time at;
  RoundKey round;
  Slot slot;
  DeviceId device;
};

// What runs of both kinds share.
struct FleetRun {
  PolicyChoice policy;
  const PolicyRegistry* policies = nullptr;  // null: the built-in ones
  std::uint64_t seed = 1;
  FleetMatching matching;
  FleetNetwork network;
  Duration lease = 1min;  // a device that works is heard from twice within it
  // From the end of a round to the next request of its job: aggregation, and the next plan.
  Duration between_rounds = 100ms;
  Time until = Time::max();
  // CPU seconds of this thread so far, for RunRecord::loop_cpu_s; none: 0 is written.
  std::function<double()> cpu_seconds;
  // Called for each bind in its order; none: nobody watches.
  std::function<void(const FleetBind&)> on_bind;
};

// How far a run is: the share of the rounds of all jobs that are done.
using FleetProgress = std::function<void(double done)>;

struct SessionRun : FleetRun {
  // A round counts when the target of reports is met. Otherwise as Venn's simulator has it, too: when by the deadline
  // 0.8 of the demand had a device and 0.8 of these reported (venn.md 3.6, rule 6).
  bool strict = false;
  // How often a device that was offered nothing asks again, as pace steering tells it to; in small batches a device
  // asks once for what its batch gave it, whatever stands here.
  std::uint32_t polls = 0;
};

// `propius simulate --rules production`: each session checks in at its start, takes at most one task, works as long as
// the job and its capacity say, and is silent from its end on. Reads the workload's sessions from the first. The desks
// tell of their events as in production: the caller sets a sink (base/event.h).
Result<RunRecord> SimulateFleet(const Workload& workload, const SessionRun& run, const FleetProgress& progress = {});

// The population and the jobs of Propius' figures 2 to 4 (propius.md section 3).
struct PropiusFigureRun : FleetRun {
  std::uint32_t devices = 1'500;  // over three dispatchers, which draw alike
  std::uint32_t rounds = 10;      // of each of the five jobs; the paper: 100
  // Without a scheduler, as the paper's baselines: with the policies `random_per_device` and `static_partition` each
  // device chooses its job by itself and learns at the job whether it is wanted. Otherwise the client manager offers
  // under these policies as under any other.
  bool device_chooses = true;
  // As the authors' jobs have it: devices wait until the round has all of them, at most 100 s, and then have 500 s.
  // Otherwise each starts as it comes, and the round has 600 s; policies with round care reckon with that.
  bool devices_wait = true;
};
Result<RunRecord> SimulatePropiusFigure(const PropiusFigureRun& run, const FleetProgress& progress = {});

}  // namespace propius
