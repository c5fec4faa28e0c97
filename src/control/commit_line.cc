#include "control/commit_line.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/event.h"

namespace propius {
namespace {

constexpr Duration kFirstRetry = 20ms;
constexpr Duration kLongestRetry = 1s;

}  // namespace

bool TouchedRecords::empty() const {
  return jobs.empty() && rounds.empty() && bindings.empty() && forgotten_bindings.empty() && replies.empty() &&
         !next_job;
}

void TouchedRecords::Merge(TouchedRecords other) {
  jobs.merge(other.jobs);
  rounds.merge(other.rounds);
  bindings.merge(other.bindings);
  forgotten_bindings.merge(other.forgotten_bindings);
  replies.merge(other.replies);
  next_job = next_job || other.next_job;
}

struct CommitLine::State : std::enable_shared_from_this<State> {
  struct Batch {
    TouchedRecords records;
    std::vector<Task> waiters;
  };

  State(Runtime& runtime_in, JobStore& store_in, Collect collect_in)
      : runtime(runtime_in), store(store_in), collect(std::move(collect_in)) {}

  void Schedule(Duration delay) {
    if (scheduled) return;
    scheduled = true;
    runtime.After(delay, [weak = weak_from_this()] {
      if (const auto state = weak.lock()) state->Start();
    });
  }

  void Start() {
    scheduled = false;
    if (committing || next.records.empty()) return;
    committing = true;
    under_way = std::exchange(next, {});
    store.Commit(collect(under_way.records), [weak = weak_from_this()](const Result<void>& result) {
      if (const auto state = weak.lock()) state->Ended(result);
    });
  }

  void Ended(const Result<void>& result) {
    committing = false;
    Batch ended = std::exchange(under_way, {});
    if (!result) {
      Retry(std::move(ended), result.error());
      return;
    }
    if (!healthy) Event(Severity::kInfo, "job_store_recovered");
    healthy = true;
    retry = kFirstRetry;
    if (!next.records.empty()) Schedule(0us);
    for (const Task& waiter : ended.waiters) waiter();
  }

  // Later changes join the attempt: their waiters must not be told before the earlier ones anyway.
  void Retry(Batch failed, const Error& error) {
    if (healthy) Event(Severity::kWarning, "job_store_refused", {{"error", error.message}});
    healthy = false;
    next.records.Merge(std::move(failed.records));
    std::ranges::move(next.waiters, std::back_inserter(failed.waiters));
    next.waiters = std::move(failed.waiters);
    Schedule(retry);
    retry = std::min(retry * 2, kLongestRetry);
  }

  Runtime& runtime;
  JobStore& store;
  Collect collect;
  Batch next;
  Batch under_way;
  bool committing = false;
  bool scheduled = false;
  bool healthy = true;
  Duration retry = kFirstRetry;
};

CommitLine::CommitLine(Runtime& runtime, JobStore& store, Collect collect)
    : state_(std::make_shared<State>(runtime, store, std::move(collect))) {}

TouchedRecords& CommitLine::Touch() {
  if (!state_->committing) state_->Schedule(0us);
  return state_->next.records;
}

void CommitLine::WhenDurable(Task then) {
  if (!state_->next.records.empty()) {
    state_->next.waiters.push_back(std::move(then));
  } else if (state_->committing) {
    state_->under_way.waiters.push_back(std::move(then));
  } else {
    state_->runtime.Post([weak = std::weak_ptr(state_), then = std::move(then)] {
      if (weak.lock()) then();
    });
  }
}

bool CommitLine::healthy() const { return state_->healthy; }

}  // namespace propius
