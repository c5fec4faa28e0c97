#include "sim/swarm.h"

#include "base/crypto.h"

namespace propius {

SwarmReport RunSwarm(const SwarmOptions& options) {
  SwarmReport report;
  std::string digests;
  for (std::uint64_t seed = options.first_seed; seed <= options.last_seed; ++seed) {
    const Outcome outcome = RunScenario(options.make(seed), options.seams);
    ++report.seeds;
    report.steps += outcome.steps;
    report.virtual_hours += Seconds(outcome.span) / 3600;
    report.rounds += outcome.rounds;
    report.binds += outcome.binds;
    report.counted += outcome.counted;
    report.told_committed += outcome.told_committed;
    for (const auto& [kind, count] : outcome.faults) {
      report.faults += count;
      report.faults_by_kind[kind] += count;
      if (kind.starts_with("kill_") && kind != "kill_in_commit") report.kills += count;
    }
    for (const auto& [name, count] : outcome.outcomes) report.outcomes[name] += count;
    digests += outcome.digest;
    if (options.on_outcome) options.on_outcome(outcome);
    if (outcome.violations.empty()) continue;
    report.failures.push_back(FailureLine(outcome));
    if (report.failures.size() >= options.max_failures) break;
  }
  report.digest = ToHex(Sha256(digests)).substr(0, 16);
  return report;
}

std::string FailureLine(const Outcome& outcome) {
  return "sim_test --gtest_filter=Replay." + outcome.scenario + " --gtest_random_seed=" + std::to_string(outcome.seed) +
         "  # " + (outcome.violations.empty() ? "no violation" : outcome.violations.front());
}

}  // namespace propius
