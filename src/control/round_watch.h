// Who waits for news of a round.
#pragma once

#include <functional>
#include <memory>

#include "base/runtime.h"
#include "control/job_book.h"
#include "control/job_desk.h"

namespace propius {

class RoundWatch {
 public:
  using Watcher = std::function<bool(Result<RoundStatus>)>;

  RoundWatch(Runtime& runtime, JobBook& book);

  // As JobDesk::Watch, for a round that is there. kResourceExhausted, told to the watcher, when there are too many.
  void Add(const RoundKey& round, Watcher watcher);
  // Several calls within one task make one message to each watcher. Costs nothing if nobody watches.
  void Changed(const RoundKey& round);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace propius
