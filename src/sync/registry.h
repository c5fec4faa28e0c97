// Synchronisation models by the name that configuration gives them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sync/settings.h"
#include "sync/sync_model.h"

namespace propius {

class SyncRegistry {
 public:
  using Factory = std::function<std::unique_ptr<SyncModel>(const SyncJob&, SyncSettings&)>;
  // A model around another one, which it gets made.
  using Wrapper = std::function<std::unique_ptr<SyncModel>(const SyncJob&, SyncSettings&, std::unique_ptr<SyncModel>)>;

  // The name must be new.
  void Add(const std::string& name, Factory factory);
  // Its setting `inner` names the model inside, which gets the settings that the wrapper leaves.
  void AddWrapper(const std::string& name, Wrapper wrapper);

  // Fails with kInvalidArgument on an unknown name, listing the known ones, and on settings that the model refuses.
  Result<std::unique_ptr<SyncModel>> Make(const SyncChoice& choice, const SyncJob& job) const;
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, Factory> factories_;
  std::map<std::string, Wrapper> wrappers_;
};

void AddBuiltinSyncModels(SyncRegistry& registry);

}  // namespace propius
