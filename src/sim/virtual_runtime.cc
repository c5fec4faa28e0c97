#include "sim/virtual_runtime.h"

#include <algorithm>

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

Life::Life(VirtualRuntime& world) : world_(world), alive_(std::make_shared<bool>(true)) {}

void Life::At(Time when, Task task) {
  world_.At(when, [alive = alive_, task = std::move(task)] {
    if (*alive) task();
  });
}

}  // namespace propius
