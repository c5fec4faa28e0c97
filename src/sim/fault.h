// What goes wrong in a simulated run, and how often; and what did.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/rng.h"
#include "base/time.h"

namespace propius {

// Probabilities are of one message, one commit or one task. All zero: nothing goes wrong.
struct FaultPlan {
  // Messages.
  double lose = 0;
  double duplicate = 0;
  double linger = 0;  // underway for up to `max_linger`, so that others overtake it
  Duration max_linger = 20s;
  Duration cut_every{};  // mean time between cuts of one leaf from the root; 0: none
  Duration max_cut = 10s;

  // Processes: mean time between kills of each; 0: none.
  Duration kill_control{};
  Duration kill_root{};
  Duration kill_leaf{};
  double kill_in_commit = 0;  // the process dies while its disk writes
  double pause = 0;           // a kill is only a stop for a while
  double drain = 0;           // a node is asked to end, and is killed then
  Duration max_downtime = 5s;

  // Disks.
  double refuse_commit = 0;
  Duration max_disk_latency = 5ms;

  // Devices, of one task.
  double reboot = 0;   // loses its memory, comes back
  double vanish = 0;   // does not come back before the calm
  double give_up = 0;  // hands the task back
  double mute = 0;     // works on without pings
  double spoil = 0;    // sends an update that must be rejected
  double wander = 0;   // turns to another node than its ticket's
  double idle = 0;     // does nothing with the task at all

  // Jobs, of one round.
  double close_early = 0;
  double end_request = 0;
  double abandon = 0;  // the job is gone for good
};

// The plan until the calm, and nothing from then on. Counts what it decides.
class Faults {
 public:
  explicit Faults(FaultPlan plan) : plan_(plan) {}

  const FaultPlan& plan() const { return plan_; }
  bool calm() const { return calm_; }
  // From now on nothing goes wrong.
  void Calm();

  // Decides whether a fault of this kind happens now.
  bool Strikes(double probability, const std::string& kind, Rng& chance);
  void Count(const std::string& kind) { ++counts_[kind]; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  std::uint64_t total() const;

 private:
  FaultPlan plan_;
  bool calm_ = false;
  std::map<std::string, std::uint64_t> counts_;
};

// A plan with each kind of fault on or off and of any strength, all by the seed: many faults at once hide each other.
FaultPlan DrawFaults(Rng& chance);

}  // namespace propius
