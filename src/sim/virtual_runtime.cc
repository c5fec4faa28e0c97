#include "sim/virtual_runtime.h"

#include <algorithm>
#include <utility>

namespace propius {

VirtualRuntime::VirtualRuntime(std::uint64_t seed) : chance_(seed) {}

void VirtualRuntime::At(Time when, Task task) {
  heap_.push_back({std::max(when, now_), order_++, std::move(task)});
  std::ranges::push_heap(heap_, Later{});
}

bool VirtualRuntime::Step() {
  if (heap_.empty()) return false;
  std::ranges::pop_heap(heap_, Later{});
  const Entry entry = std::move(heap_.back());
  heap_.pop_back();
  now_ = entry.when;
  ++steps_;
  entry.task();
  return true;
}

void VirtualRuntime::RunUntil(Time end) {
  while (!heap_.empty() && heap_.front().when <= end) Step();
  now_ = std::max(now_, end);
}

Life::Life(VirtualRuntime& world) : world_(world), pulse_(std::make_shared<Pulse>()) {}

Life::Guardian Life::guardian() const {
  return [&world = world_, pulse = pulse_](Task task) { return Guard(world, pulse, std::move(task)); };
}

Task Life::Guard(VirtualRuntime& world, std::shared_ptr<Pulse> pulse, Task task) {
  return [&world, pulse = std::move(pulse), shared = std::make_shared<Task>(std::move(task))] {
    RunIn(world, pulse, shared);
  };
}

void Life::RunIn(VirtualRuntime& world, const std::shared_ptr<Pulse>& pulse, const std::shared_ptr<Task>& task) {
  if (!pulse->alive) return;
  if (pulse->resumes > world.Now()) {
    world.At(pulse->resumes, [&world, pulse, task] { RunIn(world, pulse, task); });
    return;
  }
  (*task)();
}

}  // namespace propius
