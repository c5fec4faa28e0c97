#include "store/memory_queue.h"

#include <algorithm>
#include <utility>

namespace propius {

MemoryQueue::MemoryQueue(Runtime& runtime, MemoryDiskOptions options)
    : runtime_(runtime), options_(options), alive_(std::make_shared<bool>(true)) {}

MemoryQueue::~MemoryQueue() { *alive_ = false; }

void MemoryQueue::Write(Task write, Done<void> done) {
  const Course course = Draw();
  if (runtime_.Chance().Chance(options_.failure_probability)) {
    At(course.answered, [done = std::move(done)] {
      done(Fail(Code::kUnavailable, "memory disk: expected to write, got a failure that its options ask for"));
    });
    return;
  }
  At(course.written, std::move(write));
  At(course.answered, [done = std::move(done)] { done(Status()); });
}

void MemoryQueue::Read(Task answer) { At(Draw().answered, std::move(answer)); }

MemoryQueue::Course MemoryQueue::Draw() {
  const auto range = static_cast<std::uint64_t>(std::max(options_.max_latency - options_.min_latency, 0us).count());
  const Duration latency =
      options_.min_latency + Duration(static_cast<std::int64_t>(runtime_.Chance().Below(range + 1)));
  const auto answer = Duration(static_cast<std::int64_t>(static_cast<double>(latency.count()) * options_.answer_share));
  const Time now = runtime_.Now();
  last_.answered = std::max(last_.answered, now + latency);
  last_.written = std::max(last_.written, now + latency - answer);
  return last_;
}

void MemoryQueue::At(Time when, Task task) {
  runtime_.At(when, [alive = alive_, task = std::move(task)] {
    if (*alive) task();
  });
}

}  // namespace propius
