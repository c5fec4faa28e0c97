// What `propius sync` trains: the data sets as folders of idx files, and the model that needs LibTorch.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "sync_sim/laboratory.h"
#include "train/digits.h"

namespace propius {

// Callable from any thread; must outlive what it makes.
class SyncData {
 public:
  explicit SyncData(std::map<std::string, std::filesystem::path> folders) : folders_(std::move(folders)) {}

  // Images at half their resolution, to be tested on every fifth of the held-out ones. kInvalidArgument for an unknown
  // name, with the known ones.
  Result<Dataset> Pooled(const std::string& name);
  // "cnn", on whole images; kNotFound for another model.
  Result<std::unique_ptr<LearningTask>> MakeCnn(const RunSettings& settings, const Shards& shards);

 private:
  struct Images {
    Digits train;
    Digits test;
  };
  Result<std::shared_ptr<const Images>> Load(const std::string& name);

  const std::map<std::string, std::filesystem::path> folders_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Images>> images_;
};

}  // namespace propius
