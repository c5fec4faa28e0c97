// Runs a task on a real runtime and waits for it: how the composition root builds what lives on a runtime's thread.
#pragma once

#include <future>
#include <memory>
#include <utility>

#include "base/runtime.h"

namespace propius {

// Not from a task of that runtime.
template <typename Function>
auto OnRuntime(Runtime& runtime, Function function) {
  // Shared, because the caller may be gone before the runtime's thread has left the task.
  auto task = std::make_shared<std::packaged_task<decltype(function())()>>(std::move(function));
  auto answer = task->get_future();
  runtime.Post([task] { (*task)(); });
  return answer.get();
}

}  // namespace propius
