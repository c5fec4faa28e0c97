// Scheduling simulated under the event rules of Venn's authors (venn.md 3.6): for comparison with their results, and
// for policies beside each other on a hundred million check-ins.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "scheduling/registry.h"
#include "workload/run_record.h"
#include "workload/workload.h"

namespace propius {

struct ReplayOptions {
  // fifo, srsf, random and venn_released are the authors' schedulers, event for event; every other name is a policy of
  // the registry, driven as the control plane drives it: planned on every round request, on the bind that fills a round
  // and on every close, offered through Matcher.
  PolicyChoice policy{};
  const PolicyRegistry* registry = nullptr;  // outlives the run; needed for policies of the registry only
  bool from_registry = false;                // the registry's policy even where the authors have one of that name
  std::uint64_t seed = 1;
  std::optional<Duration> dispatch_delay{};  // from offer to assignment; uniform in [0, 2 s) where none is given
  bool strict = false;                       // a good round needs min_reports * D results, whoever was dispatched
  double speed_noise = 0;                    // sigma of the log-normal error of the speed that policies see
  bool speed_known = true;                   // else devices state none
  std::optional<Duration> until{};           // instead of the trace's horizon
  std::function<double()> cpu_seconds{};     // CPU time of this thread so far, for loop_cpu_s; 0 is reported without
};

// Called some hundred times in a run; the run is given up once it returns false.
struct ReplayProgress {
  std::uint64_t checkins = 0;
  std::uint64_t checkins_in_all = 0;
  double now_s = 0;
  std::size_t jobs_finished = 0;
};
using WatchReplay = std::function<bool(const ReplayProgress&)>;

// Touches nothing outside: several replays of one workload may run at the same time. Ends when all jobs have finished,
// or at the horizon. Fails on a workload without sessions or devices, on an unknown policy and on options it refuses,
// and with kAborted when `watch` gave it up.
Result<RunRecord> Replay(const Workload& workload, const ReplayOptions& options, const WatchReplay& watch = {});

// Whether the name stands for one of the authors' schedulers.
bool IsReleasedScheduler(std::string_view name);

}  // namespace propius
