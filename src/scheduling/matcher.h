// The plan as check-ins walk it: which open requests a device is offered, best first. The same object serves the client
// manager and every simulator.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "domain/task_work.h"
#include "scheduling/policy.h"

namespace propius {

// A device as the matcher looks at it. `attributes` is needed for uncharted atoms and for groups that admit by a
// constraint of their own; null stands for a device that states nothing.
struct DeviceView {
  AtomId atom = kUncharted;
  double hash = 0;  // HashOf its id
  DeviceSpeed speed;
  const Attributes* attributes = nullptr;
};

// Fixed for a device, uniform in [0, 1).
double HashOf(DeviceId device);

class Matcher {
 public:
  // Both outlive the matcher.
  Matcher(const Supply& supply, const Experience& experience);
  ~Matcher();

  // Takes over a plan for these requests of these jobs; what it says of others is ignored. Load again when the supply's
  // epoch changes.
  void Load(Plan plan, std::span<const OpenRequest> requests, std::span<const KnownJob> jobs);
  const Plan& plan() const;

  // Visits the loaded requests (by index) that the plan offers to this device and whose terms let it in, best first,
  // each at most once, until `take` returns true: then true. The caller knows what a plan cannot: whether the round is
  // still open, and whether the device has had a slot of it.
  bool Match(const DeviceView& device, Time now, Rng& chance, const std::function<bool(std::size_t request)>& take);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace propius
