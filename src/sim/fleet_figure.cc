#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/fleet.h"
#include "sim/fleet_jobs.h"
#include "sim/fleet_members.h"
#include "sim/fleet_population.h"
#include "sim/fleet_site.h"
#include "sim/fleet_tally.h"

namespace propius {
namespace {

constexpr Duration kFill = 100s;     // sched_timeout
constexpr Duration kExecute = 500s;  // exec_timeout
// A job that can never fill a round would ask for ever; with enough devices a round takes a sixth of this.
constexpr Duration kMostPerRound = 1'000s;

FleetMembers::Choice ChoiceOf(const PropiusFigureRun& run) {
  if (run.device_chooses && run.policy.name == "random_per_device") return FleetMembers::Choice::kRandom;
  if (run.device_chooses && run.policy.name == "static_partition") return FleetMembers::Choice::kFixed;
  return FleetMembers::Choice::kOffered;
}

std::vector<ArrivingJob> JobsOf(std::uint32_t rounds) {
  std::vector<ArrivingJob> jobs;
  for (JobSpec& spec : PropiusJobs(rounds)) {
    ArrivingJob& job = jobs.emplace_back();
    job.id = jobs.size() - 1;
    job.tenant = "fleet";
    job.spec = std::move(spec);
  }
  return jobs;
}

}  // namespace

Result<RunRecord> SimulatePropiusFigure(const PropiusFigureRun& run, const FleetProgress& progress) {
  if (run.devices == 0 || run.rounds == 0) {
    return Fail(Code::kInvalidArgument, "figure: expected at least one device and one round, got " +
                                            std::to_string(run.devices) + " and " + std::to_string(run.rounds));
  }
  const Result<std::vector<FleetMember>> members = DrawPopulation(run.devices, run.seed);
  if (!members) return tl::unexpected(members.error());
  const std::vector<ArrivingJob> arriving = JobsOf(run.rounds);

  VirtualRuntime world(run.seed);
  FleetJobs jobs(world, arriving,
                 {.between_rounds = run.between_rounds,
                  .strict = true,
                  .barrier = run.devices_wait ? std::optional(FleetJobRules::Barrier{kFill, kExecute}) : std::nullopt});
  PropiusFigureRun always_on = run;
  // Devices that are never silent need not be asked whether they are.
  always_on.lease = 2 * (kFill + kExecute);
  // A device that has too few samples for one job looks at the others.
  always_on.matching.max_offers = kPropiusJobs;
  Result<std::unique_ptr<FleetSite>> site = FleetSite::Build(world, always_on, jobs.Told());
  if (!site) return tl::unexpected(site.error());
  FleetTally tally(run.on_bind);
  FleetMembers devices(world, **site, jobs, *members, tally, ChoiceOf(run), run);
  jobs.Start(**site);
  devices.Start();

  const Time limit = std::min(run.until, Time(kMostPerRound * run.rounds));
  const double cpu_before = run.cpu_seconds ? run.cpu_seconds() : 0;
  for (double told = 0; jobs.unfinished() > 0 && !jobs.failure() && world.StepUntil(limit);) {
    if (!progress || jobs.ShareDone() < told + 0.01) continue;
    told = jobs.ShareDone();
    progress(told);
  }
  if (jobs.failure()) return tl::unexpected(*jobs.failure());

  RunRecord record;
  record.policy = run.policy.name;
  record.workload = "propius-" + std::to_string(run.devices);
  record.seed = run.seed;
  const Time end = jobs.unfinished() > 0 ? limit : world.Now();
  tally.Report(record);
  devices.Report(record, end);
  jobs.Report(record, end);
  record.loop_cpu_s = run.cpu_seconds ? run.cpu_seconds() - cpu_before : 0;
  return record;
}

}  // namespace propius
