// A device's part in an asynchronous job of the built-in models: trains as long as each span says, as slowly as its
// phone is, and keeps the model from span to span.
#pragma once

#include <memory>
#include <string>

#include "base/rng.h"
#include "base/time.h"
#include "config/job_file.h"
#include "propius/client.h"
#include "train/learner.h"

namespace propius {

class SpanTrainer {
 public:
  // `images` outlive it. One image takes `image_time` at least.
  SpanTrainer(const Digits& images, Duration image_time, std::uint64_t seed)
      : images_(images), image_time_(image_time), chance_(seed) {}

  sdk::Result<sdk::SpanUpdate> Train(const sdk::HeldTask& task, const std::string& plan, const sdk::Span& span);

 private:
  Status Take(const std::string& plan, const sdk::Span& span);
  // Whether to train on, at the pace of the phone.
  bool GoesOn(const sdk::HeldTask& task, const sdk::Span& span, Time began, Duration step_time, std::uint32_t taken);

  const Digits& images_;
  const Duration image_time_;
  Rng chance_;
  TrainPlan recipe_;
  std::unique_ptr<Learner> model_;
  std::string base_;  // that the next update counts from
};

}  // namespace propius
