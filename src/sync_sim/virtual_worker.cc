#include "sync_sim/virtual_worker.h"

#include <algorithm>
#include <utility>

#include "sync/arithmetic.h"

namespace propius {

VirtualWorker::VirtualWorker(std::size_t index, const EdgeFleet& fleet, LocalSgd how, std::span<const float> initial,
                             std::unique_ptr<PushFilter> filter, Rng chance)
    : index_(index),
      fleet_(fleet),
      how_(how),
      filter_(std::move(filter)),
      batches_(chance.Fork()),
      speeds_(chance.Fork()),
      parameters_(initial.begin(), initial.end()),
      base_(parameters_),
      incoming_(parameters_),
      update_(parameters_.size()) {}

void VirtualWorker::Hear(const Work& work, std::span<const float> parameters) {
  work_ = work;
  pulls_ = work.pull;
  if (pulls_) std::ranges::copy(parameters, incoming_.begin());
}

Duration VirtualWorker::NextStep(Time at) {
  const double share = work_.batch == 0 ? 1 : static_cast<double>(work_.batch) / how_.batch;
  return fleet_.DrawStep(index_, at.time_since_epoch(), share, speeds_);
}

void VirtualWorker::Train(std::uint32_t steps, LearningTask& task) {
  const std::uint32_t batch = work_.batch == 0 ? how_.batch : work_.batch;
  for (std::uint32_t i = 0; i < steps; ++i) {
    task.Step(parameters_, index_, batch, how_.rate, batches_, i + 1 == steps ? &loss_ : nullptr);
  }
}

void VirtualWorker::TrainMeanwhile(Time now, LearningTask& task) {
  Time at = end_;
  left_over_ = NextStep(at);
  std::uint32_t done = 0;
  while (at + left_over_ <= now) {
    at += left_over_;
    ++done;
    left_over_ = NextStep(at);
  }
  begin_ = end_;
  end_ = at;
  Train(done, task);
  steps_ = trained_ = done;
  if (!pulls_) return;
  // base_ is what was committed: w <- W_new + (w - w_at_commit).
  for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i] = incoming_[i] + (parameters_[i] - base_[i]);
  std::ranges::copy(incoming_, base_.begin());
}

Time VirtualWorker::Begin(Time now, LearningTask& task) {
  const bool goes_on = work_.overlap && end_ > Time{};
  if (goes_on) {
    TrainMeanwhile(now, task);
  } else {
    if (pulls_) {
      base_.swap(incoming_);
      std::ranges::copy(base_, parameters_.begin());
    } else {
      std::ranges::copy(parameters_, base_.begin());
    }
    begin_ = end_ = now;
    steps_ = trained_ = 0;
    left_over_ = NextStep(now);
  }
  const auto* const timer = std::get_if<TrainFor>(&work_.until);
  const auto* const count = std::get_if<TrainSteps>(&work_.until);
  for (;;) {
    end_ += left_over_;
    ++steps_;
    if (timer != nullptr ? end_ - now >= timer->time : count == nullptr || steps_ >= count->count) break;
    left_over_ = NextStep(end_);
  }
  busy_ += end_ - begin_;
  return end_;
}

std::span<const float> VirtualWorker::Finish(PushForm form, LearningTask& task) {
  Train(steps_ - trained_, task);
  trained_ = steps_;
  if (form == PushForm::kParameters) return parameters_;
  Subtract(parameters_, base_, update_);
  values_due_ += update_.size();
  values_sent_ += filter_ ? filter_->Filter(update_, base_, batches_) : update_.size();
  // From here on, what it trains while the commit travels counts for the next one.
  if (work_.overlap) std::ranges::copy(parameters_, base_.begin());
  return update_;
}

CommitReport VirtualWorker::Report(std::uint64_t number) const {
  return {.number = number,
          .steps = steps_,
          .step_time = (end_ - begin_) / std::max(1U, steps_),
          .commit_time = commit_time_,
          .loss = loss_};
}

Duration VirtualWorker::Busy(Time now) const { return busy_ - std::max(Duration{}, end_ - now); }

}  // namespace propius
