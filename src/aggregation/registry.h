// Reducers by the name that a job gives them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aggregation/reducer.h"
#include "domain/job.h"

namespace propius {

class ReducerRegistry {
 public:
  // Fails on options or a manifest that the reducer cannot serve, and says which.
  using Factory = std::function<Result<std::unique_ptr<Reducer>>(const ReducerSpec&, const Manifest&)>;

  // The name must be new.
  void Add(std::string name, Factory factory);
  Result<std::unique_ptr<Reducer>> Make(const ReducerSpec& spec, const Manifest& manifest) const;
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, Factory> factories_;
};

void AddBuiltinReducers(ReducerRegistry& registry);

}  // namespace propius
