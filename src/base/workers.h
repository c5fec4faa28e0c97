// Where heavy reductions and blocking calls run, off the runtime's thread.
#pragma once

#include <memory>

#include "base/runtime.h"

namespace propius {

class Workers {
 public:
  virtual ~Workers() = default;
  // Runs `work` elsewhere; what it must tell the runtime it posts there itself.
  virtual void Run(Task work) = 0;
};

// `threads` threads, at least one, and one queue; destruction finishes what was queued.
std::unique_ptr<Workers> MakeThreadWorkers(int threads);
// Threads that find a core beside the caller's; at least one.
int SpareCores();
// Runs the work at once in the caller: for virtual time.
std::unique_ptr<Workers> MakeInlineWorkers();

}  // namespace propius
