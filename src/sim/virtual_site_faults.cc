// The part of a site that kills, stops, restarts and cuts.
#include "sim/virtual_site.h"

namespace propius {
namespace {

constexpr Duration kDrainLimit = 10s;

}  // namespace

void VirtualSite::LetFaultsIn() {
  KillLater(control(), &FaultPlan::kill_control);
  KillLater(root(), &FaultPlan::kill_root);
  for (std::size_t i = 0; i < options_.leaves; ++i) {
    KillLater(leaf(i), &FaultPlan::kill_leaf);
    CutLater(i);
  }
}

void VirtualSite::KillLater(ServerProcess& process, Duration FaultPlan::* mean) {
  const Duration every = faults_.plan().*mean;
  if (every == Duration{}) return;
  world_.After(FromSeconds(world_.Chance().Exponential(Seconds(every))), [this, &process, mean] {
    if (faults_.calm()) return;
    Strike(process);
    KillLater(process, mean);
  });
}

void VirtualSite::Strike(ServerProcess& process) {
  if (!process.alive() || faults_.calm()) return;
  Rng& chance = world_.Chance();
  if (faults_.Strikes(faults_.plan().pause, "pause", chance)) {
    history_.Note("pause " + process.name());
    return process.PauseFor(FromSeconds(chance.Uniform(0, 2 * Seconds(faults_.plan().max_downtime))));
  }
  for (const auto& node : nodes_) {
    if (node.get() != &process) continue;
    if (faults_.Strikes(faults_.plan().drain, "drain", chance)) return Drain(*node->server(), process);
  }
  KillSoon(process);
}

void VirtualSite::Drain(NodeServer& server, ServerProcess& process) {
  history_.Note("drain " + process.name());
  process.life().Post([this, &server, &process] {
    server.node->Drain(kDrainLimit, [this, &process] {
      history_.Note("drained " + process.name());
      KillSoon(process);
    });
  });
}

void VirtualSite::KillSoon(ServerProcess& process) {
  faults_.Count("kill_" + process.name());
  history_.Note("kill " + process.name());
  // Not at once: a strike may come from the process itself, whose parts must not go under its feet.
  world_.Post([this, &process] {
    process.Kill();
    RestartLater(process);
  });
}

void VirtualSite::RestartLater(ServerProcess& process) {
  const double longest = Seconds(faults_.plan().max_downtime);
  world_.After(FromSeconds(world_.Chance().Uniform(0, longest)), [this, &process] { Start(process); });
}

void VirtualSite::CutLater(std::size_t leaf) {
  const Duration every = faults_.plan().cut_every;
  if (every == Duration{}) return;
  world_.After(FromSeconds(world_.Chance().Exponential(Seconds(every))), [this, leaf] {
    if (faults_.calm()) return;
    faults_.Count("cut");
    const Duration span = FromSeconds(world_.Chance().Uniform(0, Seconds(faults_.plan().max_cut)));
    history_.Note("cut leaf-" + std::to_string(leaf) + " for " + FormatDuration(span));
    uplink(leaf).CutFor(span);
    CutLater(leaf);
  });
}

}  // namespace propius
