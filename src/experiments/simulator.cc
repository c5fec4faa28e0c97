#include "experiments/simulator.h"

#include <algorithm>
#include <memory>

#include "base/real_runtime.h"
#include "experiments/workload_shelf.h"
#include "replay/replay.h"
#include "sim/fleet.h"

namespace propius {
namespace {

Result<RunRecord> ReplayRun(const RunAsked& asked, const PolicyChoice& choice, const PolicyRegistry& policies,
                            WorkloadShelf& shelf, const RunProgress& progress) {
  const Result<Workload> workload = shelf.Make(asked);
  if (!workload) return tl::unexpected(workload.error());
  const ReplayOptions options{.policy = choice,
                              .registry = &policies,
                              .from_registry = false,
                              .seed = asked.seed,
                              .dispatch_delay = asked.dispatch_delay,
                              .strict = asked.strict,
                              .speed_noise = asked.speed_noise,
                              .speed_known = asked.speed_known,
                              .until = std::nullopt,
                              .cpu_seconds = ThreadCpuSeconds};
  const auto jobs = static_cast<double>(workload->jobs.size());
  return Replay(*workload, options, [&](const ReplayProgress& now) {
    const double checkins =
        now.checkins_in_all == 0 ? 0 : static_cast<double>(now.checkins) / static_cast<double>(now.checkins_in_all);
    // A run ends with its last job, long before a repeated trace does.
    return progress(std::max(checkins, static_cast<double>(now.jobs_finished) / jobs));
  });
}

void Describe(FleetRun& run, const RunAsked& asked, const PolicyChoice& choice, const PolicyRegistry& policies) {
  run.policy = choice;
  run.policies = &policies;
  run.seed = asked.seed;
  run.network.latency = asked.latency;
  run.network.loss = asked.loss;
  run.matching.small_batch = asked.mode == "small_batch";
  run.cpu_seconds = ThreadCpuSeconds;
}

Result<RunRecord> FleetOnDesks(const RunAsked& asked, const PolicyChoice& choice, const PolicyRegistry& policies,
                               WorkloadShelf& shelf, const RunProgress& progress) {
  const auto watch = [&](double done) { progress(done); };
  if (asked.population > 0) {
    PropiusFigureRun run;
    Describe(run, asked, choice, policies);
    run.devices = asked.population;
    if (asked.population_rounds > 0) run.rounds = asked.population_rounds;
    return SimulatePropiusFigure(run, watch);
  }
  const Result<Workload> workload = shelf.Make(asked);
  if (!workload) return tl::unexpected(workload.error());
  SessionRun run;
  Describe(run, asked, choice, policies);
  run.strict = asked.strict;
  return SimulateFleet(*workload, run, watch);
}

}  // namespace

Simulate MakeSimulator(const PolicyRegistry& policies, Workers* workers) {
  auto shelf = std::make_shared<WorkloadShelf>();
  return [shelf, &policies, workers](const RunAsked& asked, const RunProgress& progress) -> Result<RunRecord> {
    Result<PolicyChoice> choice = ParsePolicyChoice(asked.policy);
    if (!choice) return tl::unexpected(choice.error());
    choice->options.workers = workers;
    Result<RunRecord> record = asked.rules == EventRules::kReleased && asked.population == 0
                                   ? ReplayRun(asked, *choice, policies, *shelf, progress)
                                   : FleetOnDesks(asked, *choice, policies, *shelf, progress);
    if (!record) return record;
    record->policy = asked.policy;
    record->workload = asked.workload;
    record->seed = asked.seed;
    return record;
  };
}

Status CheckPolicy(const std::string& policy, EventRules rules, const PolicyRegistry& policies) {
  const Result<PolicyChoice> choice = ParsePolicyChoice(policy);
  if (!choice) return tl::unexpected(choice.error());
  if (rules == EventRules::kReleased && IsReleasedScheduler(choice->name)) return {};
  const auto made = policies.Make(choice->name, choice->options);
  if (!made) return tl::unexpected(made.error());
  return {};
}

}  // namespace propius
