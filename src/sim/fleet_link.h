// The way of a device to the desks and back: with latency, and with losses that its caller mends by asking again.
#pragma once

#include <memory>
#include <utility>

#include "sim/fleet.h"
#include "sim/virtual_runtime.h"

namespace propius {

class FleetLink {
 public:
  FleetLink(VirtualRuntime& world, const FleetNetwork& network)
      : world_(world), network_(network), is_ideal_(network.latency == 0us && network.loss <= 0) {}

  // `serve` takes the Done<T> of its answer and may run several times, `heard` runs once. On an ideal way both run as
  // if the device stood at the desk: without a task or an allocation in between.
  template <typename T, typename Serve, typename Heard>
  void Call(Serve serve, Heard heard) {
    if (is_ideal_) return serve(Done<T>(std::move(heard)));
    Try(std::make_shared<Attempt<T>>(Attempt<T>{std::move(serve), std::move(heard)}));
  }

 private:
  template <typename T>
  struct Attempt {
    std::function<void(Done<T>)> serve;
    Done<T> heard;
    bool answered = false;
  };

  bool Arrives() { return network_.loss <= 0 || !world_.Chance().Chance(network_.loss); }

  template <typename T>
  void Try(const std::shared_ptr<Attempt<T>>& attempt) {
    if (network_.loss > 0) {
      world_.After(network_.timeout, [this, attempt] {
        if (!attempt->answered) Try(attempt);
      });
    }
    if (!Arrives()) return;
    world_.After(network_.latency, [this, attempt] {
      // Where the way is longer than the patience, the caller may have gone on by now.
      if (attempt->answered) return;
      attempt->serve([this, attempt](Result<T> answer) {
        if (!Arrives()) return;
        world_.After(network_.latency, [attempt, answer = std::move(answer)]() mutable {
          if (std::exchange(attempt->answered, true)) return;
          attempt->heard(std::move(answer));
        });
      });
    });
  }

  VirtualRuntime& world_;
  FleetNetwork network_;
  bool is_ideal_;
};

}  // namespace propius
