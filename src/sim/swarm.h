// Many simulated runs by seed, and the scenarios that they draw.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/scenario.h"

namespace propius {

// Three tenants' jobs on a small fleet without faults.
Scenario MakePlain(std::uint64_t seed, const std::string& policy);
// Jobs, devices, policy and faults by the seed: five minutes of storm, then calm and a calm round.
Scenario MakeStorm(std::uint64_t seed);
// A storm of more faults on a site whose every setting is small, short or odd.
Scenario MakeCruel(std::uint64_t seed);
// Several hundred devices and two large jobs in a milder storm.
Scenario MakeCrowd(std::uint64_t seed);
// One of these three by the seed: mostly storms, every other one cruel, now and then a crowd.
Scenario MakeMixed(std::uint64_t seed);
// One of these by the seed, in small-batch mode and with one of all policies.
Scenario MakeBatched(std::uint64_t seed);

struct SwarmOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1'000;
  std::function<Scenario(std::uint64_t)> make = MakeMixed;
  SiteSeams seams{};
  // Stop after so many failing seeds.
  std::size_t max_failures = 5;
  // Called after each seed.
  std::function<void(const Outcome&)> on_outcome{};
};

struct SwarmReport {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  double virtual_hours = 0;
  std::uint64_t rounds = 0;
  std::uint64_t binds = 0;
  std::uint64_t counted = 0;
  std::uint64_t told_committed = 0;
  std::uint64_t kills = 0;
  std::uint64_t faults = 0;  // kills included
  std::map<std::string, std::uint64_t> faults_by_kind;
  std::map<std::string, std::uint64_t> outcomes;
  std::string digest;  // of the digests of all seeds
  // One line for each failing seed: scenario, seed, first violation.
  std::vector<std::string> failures;

  bool good() const { return failures.empty(); }
};

// Runs every seed from the first to the last.
SwarmReport RunSwarm(const SwarmOptions& options);
// The line of a failing run.
std::string FailureLine(const Outcome& outcome);

}  // namespace propius
