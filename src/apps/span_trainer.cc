#include "apps/span_trainer.h"

#include <algorithm>

#include "apps/train_recipe.h"
#include "base/real_runtime.h"
#include "sdk/failure.h"

namespace propius {
namespace {

constexpr Duration kNap = 50ms;

}  // namespace

Status SpanTrainer::Take(const std::string& plan, const sdk::Span& span) {
  if (span.parameters.empty()) {
    if (!model_) return Fail(Code::kFailedPrecondition, "the first span: expected parameters, got none");
    base_ = model_->Export({});
    return {};
  }
  const Result<TrainPlan> recipe = ReadRecipe(plan);
  if (!recipe) return tl::unexpected(recipe.error());
  if (!model_ || recipe->model != recipe_.model) {
    auto made = MakeLearner(recipe->model, 0);
    if (!made) return tl::unexpected(made.error());
    model_ = *std::move(made);
  }
  recipe_ = *recipe;
  base_ = span.parameters;
  return model_->Import(base_);
}

bool SpanTrainer::GoesOn(const sdk::HeldTask& task, const sdk::Span& span, Time began, Duration step_time,
                         std::uint32_t taken) {
  const Time due = began + step_time * taken;
  for (Time now = RealNow(); now < due && !task.cancelled(); now = RealNow()) SleepFor(std::min(kNap, due - now));
  if (task.cancelled()) return false;
  if (span.steps > 0) return taken < span.steps;
  return taken == 0 || RealNow() - began < span.time;
}

sdk::Result<sdk::SpanUpdate> SpanTrainer::Train(const sdk::HeldTask& task, const std::string& plan,
                                                const sdk::Span& span) {
  if (const Status ready = Take(plan, span); !ready) return PublicFailure(ready);
  const int batch = span.batch > 0 ? static_cast<int>(span.batch) : recipe_.batch;
  const Time began = RealNow();
  const auto taken = model_->TrainBatches(
      images_, {.batch = batch, .learning_rate = recipe_.learning_rate, .momentum = recipe_.momentum}, chance_,
      [&](std::uint32_t count) { return GoesOn(task, span, began, image_time_ * batch, count); });
  if (!taken) return PublicFailure(taken);
  if (taken->count == 0) return tl::unexpected(sdk::Error{"aborted", "the job no longer needs this device"});
  auto update = span.push_parameters ? Result<std::string>(model_->Export({})) : model_->ExportDifference(base_);
  if (!update) return PublicFailure(update);
  return sdk::SpanUpdate{.tensors = *std::move(update),
                         .steps = taken->count,
                         .step_time = (RealNow() - began) / taken->count,
                         .loss = taken->loss};
}

}  // namespace propius
