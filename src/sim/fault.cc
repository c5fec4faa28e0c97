#include "sim/fault.h"

#include <numeric>

namespace propius {

void Faults::Calm() {
  calm_ = true;
  plan_ = FaultPlan{};
}

bool Faults::Strikes(double probability, const std::string& kind, Rng& chance) {
  // Nothing is drawn for what cannot happen, so that a plan without a fault replays the same with a new kind added.
  if (probability <= 0 || !chance.Chance(probability)) return false;
  Count(kind);
  return true;
}

std::uint64_t Faults::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& count) { return sum + count.second; });
}

FaultPlan DrawFaults(Rng& chance) {
  const auto some = [&](double most) { return chance.Chance(0.5) ? most * chance.Uniform() : 0.0; };
  const auto every = [&](double low, double high) {
    return chance.Chance(0.5) ? FromSeconds(chance.Uniform(low, high)) : Duration{};
  };
  FaultPlan plan;
  plan.lose = some(0.15);
  plan.duplicate = some(0.15);
  plan.linger = some(0.1);
  plan.max_linger = FromSeconds(chance.Uniform(1, 90));
  plan.cut_every = every(20, 120);
  plan.max_cut = FromSeconds(chance.Uniform(1, 30));
  plan.kill_control = every(5, 120);
  plan.kill_root = every(5, 120);
  plan.kill_leaf = every(5, 120);
  plan.kill_in_commit = some(0.01);
  plan.pause = some(0.5);
  plan.drain = some(0.5);
  plan.max_downtime = FromSeconds(chance.Uniform(0.01, 15));
  plan.refuse_commit = some(0.1);
  plan.max_disk_latency = FromSeconds(chance.Uniform(0, 0.2));
  plan.reboot = some(0.2);
  plan.vanish = some(0.1);
  plan.give_up = some(0.1);
  plan.mute = some(0.2);
  plan.spoil = some(0.2);
  plan.wander = some(0.5);
  plan.idle = some(0.1);
  plan.close_early = some(0.2);
  plan.end_request = some(0.2);
  plan.abandon = some(0.05);
  return plan;
}

}  // namespace propius
