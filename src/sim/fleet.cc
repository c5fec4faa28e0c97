#include "sim/fleet.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sim/fleet_jobs.h"
#include "sim/fleet_kinds.h"
#include "sim/fleet_sessions.h"
#include "sim/fleet_site.h"
#include "sim/fleet_tally.h"

namespace propius {
namespace {

constexpr std::size_t kBatch = 4'096;  // sessions read at once

// The sessions of a trace, one after the other.
class SessionReader {
 public:
  explicit SessionReader(const SessionTrace& trace) : stream_(trace.Open()) {}

  const Session* Next() {
    if (next_ == read_) {
      read_ = stream_->Read(sessions_);
      next_ = 0;
      if (read_ == 0) return nullptr;
    }
    return &sessions_[next_++];
  }

 private:
  std::unique_ptr<SessionStream> stream_;
  std::array<Session, kBatch> sessions_;
  std::size_t next_ = 0;
  std::size_t read_ = 0;
};

// Whether there is more to simulate.
bool GoesOn(const FleetJobs& jobs) { return jobs.unfinished() > 0 && !jobs.failure(); }

}  // namespace

Result<RunRecord> SimulateFleet(const Workload& workload, const SessionRun& run, const FleetProgress& progress) {
  if (workload.sessions == nullptr) {
    return Fail(Code::kInvalidArgument, "workload " + workload.name + ": expected a trace of check-ins, got none");
  }
  Result<FleetKinds> kinds = FleetKinds::Make(workload);
  if (!kinds) return tl::unexpected(kinds.error());

  VirtualRuntime world(run.seed);
  FleetJobs jobs(world, workload.jobs,
                 {.between_rounds = run.between_rounds, .strict = run.strict, .barrier = std::nullopt});
  Result<std::unique_ptr<FleetSite>> site = FleetSite::Build(world, run, jobs.Told());
  if (!site) return tl::unexpected(site.error());
  FleetTally tally(run.on_bind);
  FleetSessions sessions(world, **site, jobs, *kinds, tally, run);
  jobs.Start(**site);

  const Time end = std::min(run.until, Time(workload.sessions->horizon()));
  const std::uint64_t look_every = std::max<std::uint64_t>(workload.sessions->size() / 200, 1);
  const double cpu_before = run.cpu_seconds ? run.cpu_seconds() : 0;
  SessionReader trace(*workload.sessions);
  for (const Session* session = trace.Next(); session != nullptr && session->start <= end; session = trace.Next()) {
    // Of equal instants the check-in comes last: the devices before it have been heard.
    world.RunUntil(session->start);
    if (!GoesOn(jobs)) break;
    sessions.CheckIn(*session);
    if (progress && tally.checkins() % look_every == 0) progress(jobs.ShareDone());
  }
  while (GoesOn(jobs) && world.StepUntil(end)) {
  }
  if (jobs.failure()) return tl::unexpected(*jobs.failure());

  RunRecord record;
  record.policy = run.policy.name;
  record.workload = workload.name;
  record.seed = run.seed;
  tally.Report(record);
  sessions.Report(record);
  jobs.Report(record, end);
  record.loop_cpu_s = run.cpu_seconds ? run.cpu_seconds() - cpu_before : 0;
  return record;
}

}  // namespace propius
