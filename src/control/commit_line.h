// Group commit: one commit under way at a time, and the next carries all that has come since.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/runtime.h"
#include "store/job_store.h"

namespace propius {

// Keys of records that changed. What became of each is read when its commit starts, so many changes of one record cost
// one write, and a commit that failed is repeated with the latest.
struct TouchedRecords {
  std::set<JobId> jobs;
  std::set<RoundKey> rounds;
  std::set<std::pair<RoundKey, Slot>> bindings;
  std::set<RoundKey> forgotten_bindings;
  std::set<std::string> replies;
  bool next_job = false;

  bool empty() const;
  void Merge(TouchedRecords other);
};

class CommitLine {
 public:
  using Collect = std::function<JobChanges(const TouchedRecords&)>;

  CommitLine(Runtime& runtime, JobStore& store, Collect collect);

  // For adding to. The commit starts in a later task: what one task changes is durable together or not at all.
  TouchedRecords& Touch();
  // As JobBook::WhenDurable.
  void WhenDurable(Task then);
  bool healthy() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace propius
