#include "dataplane/tally_journal.h"

#include <algorithm>
#include <utility>

#include "base/event.h"

namespace propius {

TallyJournal::TallyJournal(Runtime& runtime, TallyStore& store, PackRound pack, Backoff retry)
    : runtime_(runtime), store_(store), pack_(std::move(pack)), retry_(retry) {}

void TallyJournal::Changed(const RoundKey& round, Duration within) {
  waiting_.rounds.insert(round);
  const Time when = runtime_.Now() + within;
  if (when >= due_) return;
  due_ = when;
  runtime_.At(when, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Write();
  });
}

void TallyJournal::KeepPlan(const Digest& digest, Blob plan) { waiting_.plans[digest] = std::move(plan); }

void TallyJournal::DropPlan(const Digest& digest) { waiting_.plans[digest] = nullptr; }

void TallyJournal::WhenDurable(const RoundKey& round, Task task) {
  if (waiting_.rounds.contains(round)) {
    waiting_.durable.push_back(std::move(task));
  } else if (writing_ && written_.rounds.contains(round)) {
    written_.durable.push_back(std::move(task));
  } else {
    task();
  }
}

TallyChanges TallyJournal::Changes() const {
  TallyChanges changes;
  for (const auto& [digest, plan] : written_.plans) {
    if (plan) {
      changes.plans.push_back({digest, plan});
    } else {
      changes.removed_plans.push_back(digest);
    }
  }
  for (const RoundKey& round : written_.rounds) {
    if (Blob state = pack_(round)) {
      changes.tallies.push_back({round, std::move(state)});
    } else {
      changes.removed_tallies.push_back(round);
    }
  }
  return changes;
}

void TallyJournal::Write() {
  if (writing_ || resting_ || waiting_.Empty() || runtime_.Now() < due_) return;
  writing_ = true;
  due_ = Time::max();
  written_ = std::exchange(waiting_, {});
  store_.Commit(Changes(), [weak = weak_from_this()](const Status& status) {
    if (const auto self = weak.lock()) self->Written(status);
  });
}

void TallyJournal::Written(const Status& status) {
  writing_ = false;
  if (status) {
    retry_.Reset();
    const Batch written = std::exchange(written_, {});
    for (const Task& task : written.durable) task();
    Write();
    return;
  }
  Event(Severity::kWarning, "tally_write_failed",
        {{"error", status.error().message}, {"rounds", written_.rounds.size()}});
  // What came in the meantime is newer: rounds are packed afresh, a plan's later fate wins.
  waiting_.rounds.merge(written_.rounds);
  waiting_.plans.merge(written_.plans);
  std::ranges::move(written_.durable, std::back_inserter(waiting_.durable));
  written_ = {};
  resting_ = true;
  runtime_.After(retry_.Next(runtime_.Chance()), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->resting_ = false;
    self->due_ = self->runtime_.Now();
    self->Write();
  });
}

}  // namespace propius
