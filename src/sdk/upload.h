// Sends an update until it is known what became of it.
#pragma once

#include <string>

#include "base/rng.h"
#include "fetch/fetch.h"
#include "sdk/held_task.h"

namespace propius {

// `tensors` with `weight` in its metadata, in place of one that stands there. Fails if `tensors` is not a safetensors
// file or the weight is not a number above 0.
Result<std::string> WithWeight(const std::string& tensors, double weight);

enum class UploadVerdict { kCommitted, kLate, kRejected, kGivenUp };
struct UploadEnd {
  UploadVerdict verdict = UploadVerdict::kGivenUp;
  std::string reason;
};

struct UploadLimits {
  Duration first_transfer{};  // of the first attempt
  Duration patience{};        // without a word from the leaf
};

// Sends the update and asks for its fate until that is committed, late or rejected. A leaf that was restarted gets it
// again. Gives up when the task's time is over, when `patience` is, on stop, or on a refusal that a repetition cannot
// change; a lost lease is no reason, for the ticket stays good. Sends at least once unless stopped.
UploadEnd Upload(Fetcher& fetcher, const HeldAssignment& held, const TaskLife& life, Blob update,
                 const UploadLimits& limits, Rng chance);

}  // namespace propius
