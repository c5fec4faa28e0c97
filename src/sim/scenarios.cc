#include <string>
#include <utility>
#include <vector>

#include "sim/swarm.h"

namespace propius {
namespace {

const std::vector<std::string>& Policies() {
  static const std::vector<std::string> policies{"random", "fifo", "srsf"};
  return policies;
}

Constraint Needs(std::vector<Attribute> bounds) { return Constraint(*Attributes::Make(std::move(bounds), "job")); }

JobTraits MakeJob(std::string name, std::uint32_t rounds, std::uint32_t demand, Duration deadline) {
  JobTraits traits;
  traits.spec.name = std::move(name);
  traits.spec.rounds = rounds;
  traits.spec.demand = demand;
  traits.spec.deadline = deadline;
  traits.spec.max_weight = 8;
  return traits;
}

std::string DrawReducer(Rng& chance) { return chance.Chance(0.5) ? "sum" : "weighted_mean"; }

void Quicken(SiteOptions& site) {
  site.clients.lease = 10s;
  site.clients.min_retry = 500ms;
  site.clients.max_retry = 4s;
}

}  // namespace

Scenario MakePlain(std::uint64_t seed, const std::string& policy) {
  Scenario scenario;
  scenario.name = "Plain";
  scenario.seed = seed;
  Quicken(scenario.site);
  scenario.site.policy = policy;
  scenario.devices = 16;
  scenario.storm = 0s;
  for (std::uint32_t i = 0; i < 3; ++i) {
    JobTraits traits = MakeJob("job-" + std::to_string(i), 3, 2 + i, 5min);
    traits.tenant = "tenant-" + std::to_string(i);
    traits.start = i * 2s;
    traits.spec.reducer.name = i % 2 == 0 ? "sum" : "weighted_mean";
    if (i == 1) traits.spec.needs = Needs({{"cpu_f", 3}});
    if (i == 2) traits.spec.private_needs = Needs({{"samples", 3}});
    scenario.jobs.push_back(std::move(traits));
  }
  return scenario;
}

Scenario MakeStorm(std::uint64_t seed) {
  Rng chance(seed ^ 0x5704);
  Scenario scenario;
  scenario.name = "Storm";
  scenario.seed = seed;
  Quicken(scenario.site);
  scenario.site.policy = Policies()[chance.Below(Policies().size())];
  scenario.site.leaves = static_cast<std::uint32_t>(1 + chance.Below(3));
  scenario.site.leaf.seal_count = static_cast<std::uint32_t>(1 + chance.Below(4));
  scenario.site.leaf.seal_after = FromSeconds(chance.Uniform(0.01, 1));
  scenario.site.leaf.owner_lease = scenario.site.root.owner_lease = FromSeconds(chance.Uniform(0.2, 4));
  scenario.faults = DrawFaults(chance);
  scenario.devices = static_cast<std::uint32_t>(8 + chance.Below(9));
  scenario.max_train = FromSeconds(chance.Uniform(2, 30));
  const std::uint64_t jobs = 1 + chance.Below(3);
  for (std::uint64_t i = 0; i < jobs; ++i) {
    JobTraits traits = MakeJob("job-" + std::to_string(i), static_cast<std::uint32_t>(1 + chance.Below(4)),
                               static_cast<std::uint32_t>(1 + chance.Below(6)), FromSeconds(chance.Uniform(20, 150)));
    traits.tenant = "tenant-" + std::to_string(i % 2);
    traits.start = FromSeconds(chance.Uniform(0, 20));
    if (chance.Chance(0.5)) traits.spec.over_commit = chance.Uniform(1, 2);
    if (chance.Chance(0.5)) traits.spec.min_reports = chance.Uniform(0.5, 1);
    traits.spec.reducer.name = DrawReducer(chance);
    if (chance.Chance(0.3)) traits.spec.needs = Needs({{"cpu_f", 3}});
    if (chance.Chance(0.3)) traits.spec.private_needs = Needs({{"samples", 3}});
    scenario.jobs.push_back(std::move(traits));
  }
  scenario.calm_job = MakeJob("calm", 2, scenario.devices / 2, 10min);
  scenario.calm_job->tenant = "calm";
  if (chance.Chance(0.5)) scenario.calm_job->spec.over_commit = 1.5;
  scenario.calm_job->spec.reducer.name = DrawReducer(chance);
  return scenario;
}

Scenario MakeCrowd(std::uint64_t seed) {
  Scenario scenario = MakeStorm(seed);
  scenario.name = "Crowd";
  scenario.site.leaves = 4;
  scenario.devices = 400;
  scenario.max_train = 20s;
  scenario.jobs.clear();
  for (const std::string name : {"job-0", "job-1"}) {
    JobTraits traits = MakeJob(name, 3, 120, 2min);
    traits.spec.over_commit = 1.3;
    traits.spec.min_reports = 0.8;
    traits.spec.reducer.name = name == "job-0" ? "sum" : "weighted_mean";
    scenario.jobs.push_back(std::move(traits));
  }
  return scenario;
}

Scenario MakeCruel(std::uint64_t seed) {
  Scenario scenario = MakeStorm(seed);
  scenario.name = "Cruel";
  Rng chance(seed ^ 0xc70e1);
  const auto span = [&](double low, double high) { return FromSeconds(chance.Uniform(low, high)); };
  const auto number = [&](std::uint64_t low, std::uint64_t high) { return low + chance.Below(high - low + 1); };

  SiteOptions& site = scenario.site;
  site.window = span(5, 60);
  site.call_timeout = span(1, 10);
  site.clients.lease = span(2, 15);
  site.clients.max_offers = number(1, 3);
  site.jobs.bind_retention = span(120, 600);
  site.root.closed_rounds_per_job = static_cast<std::uint32_t>(number(1, 3));
  site.root.persist_after = span(0, 0.3);
  for (NodeOptions* node : {&site.root, &site.leaf}) {
    node->cache.ttl = span(0.5, 60);
    node->cache.max_bytes = number(100, 5'000);  // of plans of some 700 bytes
    node->push_timeout = span(0.5, 10);
    node->retry_min = span(0.001, 0.5);
    node->retry_max = node->retry_min + span(0, 3);
  }

  FaultPlan& faults = scenario.faults;
  faults.lose = chance.Uniform(0, 0.35);
  faults.duplicate = chance.Uniform(0, 0.4);
  faults.linger = chance.Uniform(0, 0.3);
  faults.kill_control = span(1.5, 30);
  faults.kill_root = span(1.5, 30);
  faults.kill_leaf = span(1.5, 30);
  faults.kill_in_commit = chance.Uniform(0, 0.05);
  faults.refuse_commit = chance.Uniform(0, 0.3);
  // A root that is killed within a second or two of each start needs several of them to close a round.
  scenario.oracle.root_grace = 15s;
  scenario.oracle.control_grace = 15s;
  return scenario;
}

Scenario MakeMixed(std::uint64_t seed) {
  if (seed % 50 == 0) return MakeCrowd(seed);
  return seed % 2 == 0 ? MakeCruel(seed) : MakeStorm(seed);
}

Scenario MakeBatched(std::uint64_t seed) {
  PolicyRegistry registry;
  AddBuiltinPolicies(registry);
  std::vector<std::string> policies = registry.Names();
  // Lends no job the devices of another, so that a round of the calm may lack some.
  std::erase(policies, "static_partition");
  Scenario scenario = MakeMixed(seed);
  scenario.name = "Batched";
  scenario.site.policy = policies[seed % policies.size()];
  ClientDeskOptions& clients = scenario.site.clients;
  clients.mode = MatchMode::kSmallBatch;
  clients.batch_interval = 100ms * static_cast<std::int64_t>(1 + seed % 23);
  clients.batch_size = 1 + seed % 17;
  return scenario;
}

}  // namespace propius
