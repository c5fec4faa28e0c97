// What the devices of an asynchronous job send, and what they are answered (docs/protocol.md, "commits").
#pragma once

#include <cstdint>
#include <string>

#include "domain/round.h"
#include "domain/safetensors.h"
#include "sync/work.h"
#include "sync/worker_clock.h"

namespace propius {

struct CommitRequest {
  CommitReport report;  // its number: 1 for the first update of a slot, then without a gap
  Blob update;
};

struct CommitAnswer {
  enum class State {
    kWork,      // go on: train as `work` says
    kWaiting,   // for others; ask again
    kGap,       // updates before this one are missing here: go on from `commits`
    kRejected,  // the update is not taken, and left no trace
    kOver,      // the job has all that it wants
  };
  State state = State::kWork;
  std::uint64_t commits = 0;  // of this slot, durable
  std::uint64_t version = 0;  // of `parameters`
  Work work;
  PushForm push = PushForm::kDifference;
  Blob parameters;     // safetensors; null unless there is work that begins with a pull
  std::string reason;  // of rejected and over
};

// Where an asynchronous round stands.
struct ParametersView {
  RoundKey round;
  std::uint64_t version = 0;
  std::uint64_t commits = 0;
  std::uint64_t steps = 0;
  std::uint32_t workers = 0;  // that take part now
  double loss = 0;            // mean of what they last reported
  Blob parameters;
};

}  // namespace propius
