// A priority queue in which time jumps: the same desks and nodes as in production, on virtual time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/runtime.h"

namespace propius {

class VirtualRuntime final : public Runtime {
 public:
  explicit VirtualRuntime(std::uint64_t seed);

  Time Now() const override { return now_; }
  void At(Time when, Task task) override;
  Rng& Chance() override { return chance_; }

  // Runs the next task; false if there is none.
  bool Step();
  // Runs the next task if it is due by `end`; false if not, and the clock stays.
  bool StepUntil(Time end) { return IsDueBy(end) && Step(); }
  // Runs every task due until `end`, then stands at `end`.
  void RunUntil(Time end);
  void RunFor(Duration span) { RunUntil(now_ + span); }
  std::uint64_t steps() const { return steps_; }

 private:
  // A place in the order. The task itself stays where it is while the order is sorted.
  struct Due {
    Time when;
    std::uint64_t order = 0;
    std::uint32_t task = 0;

    bool operator<(const Due& other) const { return when != other.when ? when < other.when : order < other.order; }
  };

  bool IsDueBy(Time end) const {
    return (!now_due_.empty() && now_ <= end) || (!heap_.empty() && heap_.front().when <= end);
  }
  void Push(Due due);
  Due PopFirst();

  Rng chance_;
  Time now_{};
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<Due> heap_;            // later than the instant at which they were put in; four children to a parent
  std::vector<Task> tasks_;          // of the heap
  std::vector<std::uint32_t> free_;  // places in `tasks_`
  std::deque<Task> now_due_;         // after whatever the heap has for this instant, in the order of the calls
};

// A Runtime for one process within the simulation: after Kill() its tasks never run, as after kill -9. Desks and nodes
// of a process are built on a life of their own, and rebuilt on a new one at restart.
class Life final : public Runtime {
 public:
  explicit Life(VirtualRuntime& world);
  ~Life() override { Kill(); }

  Time Now() const override { return world_.Now(); }
  void At(Time when, Task task) override { world_.At(when, Guard(world_, pulse_, std::move(task))); }
  Rng& Chance() override { return world_.Chance(); }

  void Kill() { pulse_->alive = false; }
  bool alive() const { return pulse_->alive; }
  // As SIGSTOP until `end`: what falls due meanwhile runs then, in order.
  void PauseUntil(Time end) { pulse_->resumes = end; }
  // Makes a task one of this life's: nothing after Kill(), later while paused. Outlives the life.
  using Guardian = std::function<Task(Task)>;
  Guardian guardian() const;

 private:
  struct Pulse {
    bool alive = true;
    Time resumes;
  };
  static Task Guard(VirtualRuntime& world, std::shared_ptr<Pulse> pulse, Task task);
  static void RunIn(VirtualRuntime& world, const std::shared_ptr<Pulse>& pulse, const std::shared_ptr<Task>& task);

  VirtualRuntime& world_;
  std::shared_ptr<Pulse> pulse_;
};

}  // namespace propius
