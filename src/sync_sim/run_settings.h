// One run as a person asks for it, and one that was run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sync_sim/sync_record.h"

namespace propius {

struct TrainingOptions;

struct RunSettings {
  std::string scheme = "adsp";
  std::string model = "softmax";  // or mlp, cnn
  std::string dataset = "mnist";  // or fashion, clouds
  std::string skew = "none";      // or speed: digits 7 to 9 only with the slow workers; or dirichlet:CONCENTRATION
  std::uint32_t workers = 18;
  double heterogeneity = 2;          // mean(v) / min(v)
  std::vector<double> step_seconds;  // of each worker; empty: from the heterogeneity
  double jitter = 0.1;
  double commit_seconds = 1;  // round trip
  double server_seconds = 0;  // of each commit at the server, one after another
  double eta = 0;             // 0: 1 / workers
  double local_rate = 0.2;
  double momentum = 0;
  double gamma_seconds = 60;
  double goal = 0;  // 0: the model's own; below 0: none, trains until the limit
  double limit_seconds = 40'000;
  double test_every_seconds = 5;
  std::uint32_t batch = 32;
  std::string push = "dense";
  double slowdown_at = 0;  // seconds; from then on the slow third takes `slowdown` times as long
  double slowdown = 1;
  std::uint64_t seed = 1;
};

// The test loss that a model is expected to reach on a data set, if this is known.
std::optional<double> UsualGoal(const std::string& model, const std::string& dataset);
// kInvalidArgument says which setting cannot be.
Result<TrainingOptions> OptionsOf(const RunSettings& settings);

// The same run with all times of its fleet, its check period and its tests divided by `factor`. What a scheme's own
// settings say in seconds stays as it is.
Result<RunSettings> Hastened(RunSettings settings, double factor);

struct SyncRun {
  std::string group;  // what it stands with in an experiment: "H 2.0"; empty outside of one
  RunSettings settings;
  SyncRecord record;
};

}  // namespace propius
