// The line in which the commits of a memory store wait for their disk.
#pragma once

#include <memory>

#include "base/runtime.h"
#include "store/memory.h"

namespace propius {

// Writes happen in the order of the calls, answers too. After destruction nothing happens any more.
class MemoryQueue {
 public:
  MemoryQueue(Runtime& runtime, MemoryDiskOptions options);
  ~MemoryQueue();
  MemoryQueue(const MemoryQueue&) = delete;
  MemoryQueue& operator=(const MemoryQueue&) = delete;

  // Runs `write` once the disk has got to it, or never if the disk refuses; then tells `done`.
  void Write(Task write, Done<void> done);
  // Runs `answer` after the writes before it.
  void Read(Task answer);

 private:
  // When a request that comes now is written, and when it is answered.
  struct Course {
    Time written;
    Time answered;
  };
  Course Draw();
  void At(Time when, Task task);

  Runtime& runtime_;
  MemoryDiskOptions options_;
  Course last_;
  std::shared_ptr<bool> alive_;
};

}  // namespace propius
