#include "replay/replay.h"

#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "replay/engine.h"
#include "replay/kinds.h"
#include "replay/production.h"
#include "replay/schedulers/released.h"

namespace propius {
namespace {

Status Check(const Workload& workload, const ReplayOptions& options) {
  if (workload.sessions == nullptr) {
    return Fail(Code::kInvalidArgument, "workload " + workload.name + ": expected a check-in trace, got none");
  }
  std::set<std::uint64_t> ids;
  for (const ArrivingJob& job : workload.jobs) {
    if (ids.insert(job.id).second) continue;
    return Fail(Code::kInvalidArgument, "workload " + workload.name + ": expected jobs with ids of their own, got " +
                                            std::to_string(job.id) + " twice");
  }
  if (options.dispatch_delay && *options.dispatch_delay < 0s) {
    return Fail(Code::kInvalidArgument,
                "dispatch delay: expected 0s or more, got " + FormatDuration(*options.dispatch_delay));
  }
  if (!(options.speed_noise >= 0)) {
    return Fail(Code::kInvalidArgument,
                "speed noise: expected a sigma of 0 or more, got " + std::to_string(options.speed_noise));
  }
  return {};
}

std::vector<ReleasedJob> ReleasedJobs(const Workload& workload, const Kinds& kinds) {
  std::vector<ReleasedJob> jobs;
  for (std::size_t i = 0; i < workload.jobs.size(); ++i) {
    const ArrivingJob& job = workload.jobs[i];
    jobs.push_back({job.id, job.spec.demand, Seconds(job.spec.deadline), kinds.predicate_of_job[i]});
  }
  return jobs;
}

std::unique_ptr<ReplayScheduler> MakeReleased(const std::string& name, const Kinds& kinds,
                                              std::span<const ReleasedJob> jobs, std::uint64_t seed) {
  if (name == "fifo") return MakeReleasedFifo(kinds, jobs);
  if (name == "srsf") return MakeReleasedSrsf(kinds, jobs);
  if (name == "random") return MakeReleasedRandom(kinds, jobs, seed);
  return MakeReleasedVenn(kinds, jobs);
}

// False if it was given up.
template <typename Agenda>
bool RunOn(const Workload& workload, const ReplayOptions& options, const Kinds& kinds, ReplayScheduler& scheduler,
           const WatchReplay& watch, RunRecord& record) {
  ReplayEngine<Agenda> engine(workload, options, kinds, scheduler);
  const double began = options.cpu_seconds ? options.cpu_seconds() : 0;
  if (!engine.Run(watch)) return false;
  record.loop_cpu_s = options.cpu_seconds ? options.cpu_seconds() - began : 0;
  engine.Report(record);
  return true;
}

}  // namespace

bool IsReleasedScheduler(std::string_view name) {
  return name == "fifo" || name == "srsf" || name == "random" || name == "venn_released";
}

Result<RunRecord> Replay(const Workload& workload, const ReplayOptions& options, const WatchReplay& watch) {
  if (Status fine = Check(workload, options); !fine) return tl::unexpected(fine.error());
  const Result<Kinds> kinds = MakeKinds(workload);
  if (!kinds) return tl::unexpected(kinds.error());

  const std::vector<ReleasedJob> jobs = ReleasedJobs(workload, *kinds);
  std::unique_ptr<ReplayScheduler> scheduler;
  // The loop draws delays from the seed itself, so schedulers get another.
  const std::uint64_t seed = options.seed + 0x5eed;
  const bool released = IsReleasedScheduler(options.policy.name) && !options.from_registry;
  if (released) {
    scheduler = MakeReleased(options.policy.name, *kinds, jobs, seed);
  } else {
    Result<std::unique_ptr<ReplayScheduler>> made = MakeProduction(workload, options, *kinds, seed);
    if (!made) return tl::unexpected(made.error());
    scheduler = std::move(*made);
  }

  RunRecord record;
  // Only under a fixed delay do devices answer at the very instant at which others check in.
  const bool as_heapq = released && options.dispatch_delay && workload.sessions->size() <= HeapqAgenda::kMostSessions;
  const auto run = as_heapq ? RunOn<HeapqAgenda> : RunOn<CalendarAgenda>;
  if (!run(workload, options, *kinds, *scheduler, watch, record)) {
    return Fail(Code::kAborted, "the replay was given up");
  }
  record.policy = options.policy.name;
  record.workload = workload.name;
  record.seed = options.seed;
  record.plans = scheduler->plans();
  return record;
}

}  // namespace propius
