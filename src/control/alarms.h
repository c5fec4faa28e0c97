// Many instants on one timer: what is due is asked about again when it rings, so nothing has to be called off.
#pragma once

#include <functional>
#include <memory>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "base/runtime.h"

namespace propius {

// Rings on the runtime, and never after its destruction.
template <typename Key>
class Alarms {
 public:
  Alarms(Runtime& runtime, std::function<void(const Key&)> ring)
      : state_(std::make_shared<State>(runtime, std::move(ring))) {}

  void Set(Time when, Key key) {
    const bool is_first = state_->due.empty() || when < state_->due.top().first;
    state_->due.emplace(when, std::move(key));
    if (is_first) Arm(state_);
  }

 private:
  using Entry = std::pair<Time, Key>;
  struct State {
    State(Runtime& runtime_in, std::function<void(const Key&)> ring_in)
        : runtime(runtime_in), ring(std::move(ring_in)) {}
    Runtime& runtime;
    std::function<void(const Key&)> ring;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> due;
  };

  static void Arm(const std::shared_ptr<State>& state) {
    state->runtime.At(state->due.top().first, [weak = std::weak_ptr(state)] {
      if (const auto alive = weak.lock()) Ring(alive);
    });
  }

  static void Ring(const std::shared_ptr<State>& state) {
    const Time now = state->runtime.Now();
    // An earlier timer may have rung for this one.
    if (state->due.empty() || state->due.top().first > now) return;
    std::vector<Key> ringing;
    for (; !state->due.empty() && state->due.top().first <= now; state->due.pop()) {
      ringing.push_back(state->due.top().second);
    }
    if (!state->due.empty()) Arm(state);
    for (const Key& key : ringing) state->ring(key);
  }

  std::shared_ptr<State> state_;
};

}  // namespace propius
