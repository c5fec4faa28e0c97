// How time, chance and later work come in. Desks and nodes are built on a Runtime and cannot tell a real one from a
// virtual one.
#pragma once

#include <functional>

#include "base/rng.h"
#include "base/time.h"

namespace propius {

using Task = std::function<void()>;

// One thread, or one that is simulated: tasks run one at a time, each to its end.
class Runtime {
 public:
  virtual ~Runtime() = default;

  virtual Time Now() const = 0;
  // Runs `task` at `when`, or as soon as possible if that has passed; equal instants run in the order of the calls.
  // Callable from any thread on a real runtime.
  virtual void At(Time when, Task task) = 0;
  // Only from a task of this runtime.
  virtual Rng& Chance() = 0;

  void After(Duration delay, Task task) { At(Now() + delay, std::move(task)); }
  void Post(Task task) { At(Now(), std::move(task)); }
};

}  // namespace propius
