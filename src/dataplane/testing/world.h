// Time for the tests of this room: a queue of tasks, and processes on it that can be killed and paused.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/runtime.h"

namespace propius {

class World final : public Runtime {
 public:
  explicit World(std::uint64_t seed = 1) : chance_(seed) {}

  Time Now() const override { return now_; }
  void At(Time when, Task task) override { tasks_.emplace(std::max(when, now_), std::move(task)); }
  Rng& Chance() override { return chance_; }

  void RunFor(Duration span) {
    const Time end = now_ + span;
    while (!tasks_.empty() && tasks_.begin()->first <= end) Step();
    now_ = end;
  }
  // Runs what is due now.
  void Settle() { RunFor(Duration::zero()); }
  std::size_t pending() const { return tasks_.size(); }

 private:
  void Step() {
    auto next = tasks_.extract(tasks_.begin());
    now_ = next.key();
    next.mapped()();
  }

  Rng chance_;
  Time now_ = FromMicros(1'000'000);
  std::multimap<Time, Task> tasks_;  // equal instants in the order of the calls
};

class Process final : public Runtime {
 public:
  explicit Process(World& world) : world_(world), state_(std::make_shared<State>()) {}
  ~Process() override { state_->killed = true; }

  Time Now() const override { return world_.Now(); }
  void At(Time when, Task task) override {
    world_.At(when, [state = state_, task = std::move(task)]() mutable {
      if (state->killed) return;
      if (state->paused) {
        state->held.push_back(std::move(task));
      } else {
        task();
      }
    });
  }
  Rng& Chance() override { return world_.Chance(); }

  // As SIGSTOP and SIGCONT: what falls due meanwhile runs afterwards.
  void Pause() { state_->paused = true; }
  void Resume() {
    state_->paused = false;
    for (Task& task : std::exchange(state_->held, {})) Post(std::move(task));
  }

 private:
  struct State {
    bool killed = false;
    bool paused = false;
    std::vector<Task> held;
  };
  World& world_;
  std::shared_ptr<State> state_;
};

}  // namespace propius
