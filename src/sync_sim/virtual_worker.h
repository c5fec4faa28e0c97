// One worker in virtual time: it knows when its local phases end as soon as they begin, and does their arithmetic only
// when somebody needs the result.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/rng.h"
#include "sync/push/push_filter.h"
#include "sync/work.h"
#include "sync/worker_clock.h"
#include "sync_sim/aligned.h"
#include "sync_sim/edge_fleet.h"
#include "sync_sim/learning_task.h"

namespace propius {

struct LocalSgd {
  double rate = 0.2;         // eta'
  std::uint32_t batch = 32;  // images of a mini-batch, where the server names no other
};

class VirtualWorker {
 public:
  VirtualWorker(std::size_t index, const EdgeFleet& fleet, LocalSgd how, std::span<const float> initial,
                std::unique_ptr<PushFilter> filter, Rng chance);

  // The server lets it go on: `parameters` are copied if it is to pull.
  void Hear(const Work& work, std::span<const float> parameters);
  // The answer is here: begins a local phase and says when that ends.
  Time Begin(Time now, LearningTask& task);
  // Trains the phase, and says what is to be sent; valid until the next call.
  std::span<const float> Finish(PushForm form, LearningTask& task);
  // For the commit of the phase just finished.
  CommitReport Report(std::uint64_t number) const;

  // The round trip that has just ended took this long, waiting at the server left out.
  void NoteCommit(Duration round_trip) { commit_time_ = round_trip; }
  Time phase_end() const { return end_; }
  Duration round_trip() const { return fleet_.commit_times[index_]; }
  // Time in training until `now`.
  Duration Busy(Time now) const;
  std::uint64_t values_sent() const { return values_sent_; }
  std::uint64_t values_due() const { return values_due_; }

 private:
  Duration NextStep(Time at);
  void Train(std::uint32_t steps, LearningTask& task);
  // What the worker has trained since its last commit left moves onto the parameters that it gets.
  void TrainMeanwhile(Time now, LearningTask& task);

  const std::size_t index_;
  const EdgeFleet& fleet_;
  const LocalSgd how_;
  std::unique_ptr<PushFilter> filter_;
  Rng batches_;
  Rng speeds_;
  AlignedFloats parameters_;
  AlignedFloats base_;  // that its next update counts from
  AlignedFloats incoming_;
  AlignedFloats update_;
  Work work_;
  bool pulls_ = false;
  Time begin_{};  // of the phase
  Time end_{};
  std::uint32_t steps_ = 0;    // of the phase
  std::uint32_t trained_ = 0;  // of them, done already
  Duration left_over_{};       // a step that was begun before the phase
  Duration busy_{};            // all phases to their ends
  Duration commit_time_{};
  double loss_ = 0;
  std::uint64_t values_sent_ = 0;
  std::uint64_t values_due_ = 0;
};

}  // namespace propius
