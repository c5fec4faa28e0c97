// A job file: what the job asks of the fleet, and, for the built-in federated averaging, how it trains.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/toml_reader.h"
#include "domain/job.h"

namespace propius {

// [job.train]: federated averaging of one of the built-in models.
struct TrainPlan {
  std::string model;  // "cnn", "mlp", "parity"
  int local_epochs = 1;
  int batch = 32;
  double learning_rate = 0.05;
  double momentum = 0;
  // A round's learning rate is learning_rate * decay^(round - 1).
  double decay = 1;
  std::uint64_t seed = 1;
};

struct JobFile {
  JobSpec spec;
  std::optional<TrainPlan> train;
};

// The keys of a job's table; what is wrong is told by the top table's Finish(), and by Validate().
JobFile ReadJobTable(TomlTable& table);
// `name` stands for the file in messages. Unknown keys are errors.
Result<JobFile> ParseJobFile(std::string_view text, const std::string& name);
Result<JobFile> ReadJobFile(const std::string& path);

}  // namespace propius
