#include "experiments/venn_setup.h"

namespace propius {
namespace {

// The set-up of the small runs that venn.md section 5 measures: a quarter of the devices, short jobs.
constexpr double kQuickRate = 1.05;
constexpr double kQuickParticipants = 0.25;
constexpr double kQuickRounds = 1.0 / 175;

}  // namespace

void MakeQuick(RunAsked& run) {
  if (run.devices.rate == 0) run.devices.rate = kQuickRate;
  run.changes.participants = kQuickParticipants;
  run.changes.rounds = kQuickRounds;
  // The small jobs are over sooner: arrivals follow, so that as many compete.
  run.changes.arrivals *= kQuickRounds;
}

std::vector<std::uint64_t> SeedsOf(const ExperimentAsked& asked) {
  if (!asked.seeds.empty()) return asked.seeds;
  return asked.quick ? std::vector<std::uint64_t>{1, 2} : std::vector<std::uint64_t>{1, 2, 3};
}

void AddRuns(std::vector<RunAsked>& runs, const ExperimentAsked& asked, const VennRuns& what) {
  std::vector<std::uint64_t> seeds = SeedsOf(asked);
  if (what.one_seed) seeds.resize(1);
  for (const std::string& workload : asked.workloads.empty() ? what.workloads : asked.workloads) {
    for (const std::uint64_t seed : seeds) {
      for (const std::string& policy : what.policies) {
        RunAsked run{.policy = policy,
                     .workload = workload,
                     .seed = seed,
                     .variant = what.variant,
                     .rules = EventRules::kReleased,
                     .strict = what.strict,
                     .speed_noise = what.speed_noise,
                     .speed_known = what.speed_known,
                     .changes = what.changes};
        if (asked.quick) MakeQuick(run);
        runs.push_back(std::move(run));
      }
    }
  }
}

const std::vector<std::string>& VennWorkloads() {
  static const std::vector<std::string> names{"even", "small", "large", "low", "high"};
  return names;
}

}  // namespace propius
