// Writes the rounds that changed to the store: many in one commit, one commit at a time, again until it succeeds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "base/runtime.h"
#include "dataplane/backoff.h"
#include "store/tally_store.h"

namespace propius {

class TallyJournal : public std::enable_shared_from_this<TallyJournal> {
 public:
  // The round as it is now; null if it is gone and must leave the store.
  using PackRound = std::function<Blob(const RoundKey&)>;

  TallyJournal(Runtime& runtime, TallyStore& store, PackRound pack, Backoff retry);

  // The round changed; write it within this time.
  void Changed(const RoundKey& round, Duration within);
  void KeepPlan(const Digest& digest, Blob plan);
  void DropPlan(const Digest& digest);
  // Runs `task` once all that the round has changed so far is durable: at once if it is.
  void WhenDurable(const RoundKey& round, Task task);
  bool Idle() const { return !writing_ && waiting_.Empty(); }

 private:
  struct Batch {
    std::set<RoundKey> rounds;
    std::map<Digest, Blob> plans;  // null: to be dropped
    std::vector<Task> durable;

    bool Empty() const { return rounds.empty() && plans.empty(); }
  };
  void Write();
  void Written(const Status& status);
  TallyChanges Changes() const;

  Runtime& runtime_;
  TallyStore& store_;
  PackRound pack_;
  Backoff retry_;
  Batch waiting_;
  Batch written_;  // on its way to the store while writing_
  bool writing_ = false;
  bool resting_ = false;  // after a failure
  Time due_ = Time::max();
};

}  // namespace propius
