#include "sim/link.h"

namespace propius {
namespace {

constexpr Duration kMinDelay = 1ms;
constexpr Duration kMaxDelay = 20ms;

}  // namespace

void Link::Carry(Way way, Task deliver) {
  Rng& chance = world_.Chance();
  const FaultPlan& plan = faults_.plan();
  if (world_.Now() < whole_again_ && !faults_.calm()) return faults_.Count("cut_message");
  if (lose_if_ && lose_if_(way)) return faults_.Count("aimed_loss");
  if (faults_.Strikes(plan.lose, "lost_message", chance)) return;
  if (faults_.Strikes(plan.duplicate, "duplicate_message", chance)) DeliverLater(deliver);
  DeliverLater(std::move(deliver));
}

void Link::DeliverLater(Task deliver) {
  Rng& chance = world_.Chance();
  const FaultPlan& plan = faults_.plan();
  const bool lingers = faults_.Strikes(plan.linger, "lingering_message", chance);
  const Duration longest = lingers ? plan.max_linger : kMaxDelay;
  world_.After(FromSeconds(chance.Uniform(Seconds(kMinDelay), Seconds(longest))), std::move(deliver));
}

}  // namespace propius
