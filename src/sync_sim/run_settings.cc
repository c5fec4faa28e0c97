#include "sync_sim/run_settings.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/quote.h"
#include "sync_sim/edge_fleet.h"
#include "sync_sim/training_run.h"

namespace propius {
namespace {

struct Goal {
  std::string_view model;
  std::string_view dataset;
  double loss = 0;
};

constexpr std::array<Goal, 8> kGoals{{{"softmax", "mnist", 0.28},
                                      {"mlp", "mnist", 0.15},
                                      {"cnn", "mnist", 0.10},
                                      {"softmax", "fashion", 0.50},
                                      {"mlp", "fashion", 0.44},
                                      {"cnn", "fashion", 0.45},
                                      {"softmax", "clouds", 0.15},
                                      {"mlp", "clouds", 0.05}}};

}  // namespace

std::optional<double> UsualGoal(const std::string& model, const std::string& dataset) {
  const auto* const found =
      std::ranges::find_if(kGoals, [&](const Goal& goal) { return goal.model == model && goal.dataset == dataset; });
  if (found == kGoals.end()) return std::nullopt;
  return found->loss;
}

Result<TrainingOptions> OptionsOf(const RunSettings& settings) {
  TrainingOptions options;
  options.scheme = settings.scheme;
  options.local_rate = settings.local_rate;
  options.momentum = settings.momentum;
  options.push = settings.push;
  options.seed = settings.seed;
  options.test_every = FromSeconds(settings.test_every_seconds);
  options.limit = FromSeconds(settings.limit_seconds);
  options.job = {.workers = settings.workers,
                 .eta = settings.eta,
                 .gamma = FromSeconds(settings.gamma_seconds),
                 .goal = settings.goal,
                 .batch = settings.batch};
  if (settings.goal == 0) {
    const std::optional<double> usual = UsualGoal(settings.model, settings.dataset);
    if (!usual) {
      return Fail(Code::kInvalidArgument,
                  "goal: expected one for " + Quote(settings.model) + " on " + Quote(settings.dataset) + ", got none");
    }
    options.job.goal = *usual;
  }
  if (settings.goal < 0) options.job.goal = 0;
  options.fleet.jitter = settings.jitter;
  options.fleet.server_time = FromSeconds(settings.server_seconds);
  options.fleet.commit_times.assign(settings.workers, FromSeconds(settings.commit_seconds));
  if (settings.step_seconds.empty()) {
    auto times = StepTimesFor(settings.workers, settings.heterogeneity);
    if (!times) return tl::unexpected(times.error());
    options.fleet.step_times = *std::move(times);
  } else {
    for (const double seconds : settings.step_seconds) options.fleet.step_times.push_back(FromSeconds(seconds));
    if (options.fleet.step_times.size() != settings.workers) {
      return Fail(Code::kInvalidArgument, "step times: expected one for each of " + std::to_string(settings.workers) +
                                              " workers, got " + std::to_string(settings.step_seconds.size()));
    }
  }
  if (settings.slowdown != 1) {
    options.fleet.changes.push_back({.at = FromSeconds(settings.slowdown_at),
                                     .workers = std::max<std::size_t>(1, SlowWorkers(settings.workers)),
                                     .factor = settings.slowdown});
  }
  return options;
}

Result<RunSettings> Hastened(RunSettings settings, double factor) {
  const Result<TrainingOptions> options = OptionsOf(settings);
  if (!options) return tl::unexpected(options.error());
  settings.step_seconds.clear();
  for (const Duration step : options->fleet.step_times) settings.step_seconds.push_back(Seconds(step) / factor);
  for (double* seconds : {&settings.commit_seconds, &settings.server_seconds, &settings.gamma_seconds,
                          &settings.limit_seconds, &settings.test_every_seconds, &settings.slowdown_at}) {
    *seconds /= factor;
  }
  return settings;
}

}  // namespace propius
