// A synchronisation model as text: "adsp:rate=4:overlap=1" is adsp with these settings.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace propius {

struct SyncChoice {
  std::string name;
  std::map<std::string, std::string> settings;
};
Result<SyncChoice> ParseSyncChoice(std::string_view text);

// What every model knows of its job.
struct SyncJob {
  std::uint32_t workers = 18;  // that are meant to train at once
  double eta = 0;              // global learning rate; 0: 1 / workers
  Duration gamma = 60s;        // check period
  double goal = 0;             // loss to reach; 0: none, and what needs one refuses
  std::uint32_t batch = 32;    // images of a mini-batch

  double Eta() const { return eta > 0 ? eta : 1.0 / workers; }
};

// Reads the settings of one model; remembers the first failure, so that a factory asks once.
class SyncSettings {
 public:
  explicit SyncSettings(SyncChoice choice) : choice_(std::move(choice)) {}

  // Within [low, high].
  double Number(const std::string& key, double otherwise, double low, double high);
  std::uint32_t Count(const std::string& key, std::uint32_t otherwise, std::uint32_t low, std::uint32_t high);
  bool Flag(const std::string& key, bool otherwise = false);
  std::string Text(const std::string& key, const std::string& otherwise);
  // Everything that was not asked for yet, for a model inside another.
  std::map<std::string, std::string> TakeRest();

  // For what only the model knows: "search: expected a goal".
  void Refuse(const std::string& what);

  // Fails on a bad value, or on a setting that nobody asked for.
  Status Finish() const;

 private:
  const std::string* Find(const std::string& key);

  SyncChoice choice_;
  std::set<std::string> asked_;
  Status status_;
};

}  // namespace propius
