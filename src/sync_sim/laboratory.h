// Makes the task of a run, and keeps what runs may share: the data, and the data as it was handed out.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "base/result.h"
#include "sync_sim/learning_task.h"
#include "sync_sim/run_settings.h"

namespace propius {

// Callable from any thread.
class Laboratory {
 public:
  // Reads a data set by its name; called once for each.
  using Loader = std::function<Result<Dataset>(const std::string& name)>;
  // A model that this room does not have; kNotFound for a name that it does not know either.
  using OtherModels = std::function<Result<std::unique_ptr<LearningTask>>(const RunSettings&, const Shards&)>;

  explicit Laboratory(Loader load, OtherModels others = {}) : load_(std::move(load)), others_(std::move(others)) {}

  // kInvalidArgument for an unknown model, data set or skew; what the loader says.
  Result<std::unique_ptr<LearningTask>> MakeTask(const RunSettings& settings);

 private:
  using Key = std::tuple<std::string, std::string, std::uint32_t, std::uint64_t>;  // data set, skew, workers, seed
  struct HandedOut {
    std::shared_ptr<const Shards> shards;
    std::shared_ptr<const SplitDataset> data;
  };
  Result<const Dataset*> Data(const std::string& name);
  Result<HandedOut> Split(const RunSettings& settings);

  Loader load_;
  OtherModels others_;
  std::mutex mutex_;
  std::map<std::string, Dataset> data_;
  std::map<Key, HandedOut> split_;
};

// "clouds": 20,000 rows of 64 features that need no file.
Dataset MakeClouds();

}  // namespace propius
