// What a worker is told to do between two commits.
#pragma once

#include <cstdint>
#include <variant>

#include "base/time.h"

namespace propius {

struct TrainSteps {
  std::uint32_t count = 1;  // mini-batches

  friend bool operator==(const TrainSteps&, const TrainSteps&) = default;
};

// Looked at after a whole mini-batch, so at least one is trained.
struct TrainFor {
  Duration time{};

  friend bool operator==(const TrainFor&, const TrainFor&) = default;
};

// Nothing, until the server says otherwise.
struct Wait {
  friend bool operator==(const Wait&, const Wait&) = default;
};

using Directive = std::variant<TrainSteps, TrainFor, Wait>;

struct Work {
  Directive until = TrainSteps{1};
  bool pull = true;         // false: goes on with its own parameters
  bool overlap = false;     // trains while its commit travels, and moves that work onto the new parameters
  std::uint32_t batch = 0;  // images of a mini-batch; 0: as the job says

  friend bool operator==(const Work&, const Work&) = default;
};

// What a worker sends: the difference to the parameters it pulled, or its parameters as they are.
enum class PushForm { kDifference, kParameters };

}  // namespace propius
