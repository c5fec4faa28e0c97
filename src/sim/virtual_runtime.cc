#include "sim/virtual_runtime.h"

#include <algorithm>
#include <utility>

namespace propius {

namespace {

constexpr std::size_t kChildren = 4;

}  // namespace

VirtualRuntime::VirtualRuntime(std::uint64_t seed) : chance_(seed) {}

void VirtualRuntime::At(Time when, Task task) {
  if (when <= now_) {
    now_due_.push_back(std::move(task));
    return;
  }
  std::uint32_t place = 0;
  if (free_.empty()) {
    place = static_cast<std::uint32_t>(tasks_.size());
    tasks_.push_back(std::move(task));
  } else {
    place = free_.back();
    free_.pop_back();
    tasks_[place] = std::move(task);
  }
  Push({when, order_++, place});
}

void VirtualRuntime::Push(Due due) {
  std::size_t at = heap_.size();
  heap_.push_back(due);
  while (at > 0) {
    const std::size_t parent = (at - 1) / kChildren;
    if (!(due < heap_[parent])) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = due;
}

VirtualRuntime::Due VirtualRuntime::PopFirst() {
  const Due first = heap_.front();
  const Due last = heap_.back();
  heap_.pop_back();
  if (heap_.empty()) return first;
  std::size_t hole = 0;
  for (;;) {
    const std::size_t begin = hole * kChildren + 1;
    if (begin >= heap_.size()) break;
    const std::size_t end = std::min(begin + kChildren, heap_.size());
    std::size_t least = begin;
    for (std::size_t child = begin + 1; child < end; ++child) {
      if (heap_[child] < heap_[least]) least = child;
    }
    if (!(heap_[least] < last)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = last;
  return first;
}

bool VirtualRuntime::Step() {
  Task task;
  if (!now_due_.empty() && (heap_.empty() || heap_.front().when > now_)) {
    task = std::move(now_due_.front());
    now_due_.pop_front();
  } else if (!heap_.empty()) {
    const Due due = PopFirst();
    now_ = due.when;
    task = std::move(tasks_[due.task]);
    tasks_[due.task] = nullptr;
    free_.push_back(due.task);
  } else {
    return false;
  }
  ++steps_;
  task();
  return true;
}

void VirtualRuntime::RunUntil(Time end) {
  while (IsDueBy(end)) Step();
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
