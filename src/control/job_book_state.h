// What the job database holds in memory. For the job_book*.cc files only.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "control/commit_line.h"
#include "control/job_book.h"
#include "control/reply_shelf.h"

namespace propius {

struct BookedRound {
  Round round;
  std::vector<Binding> bindings;         // by slot; emptied some time after the close
  std::unordered_set<DeviceId> devices;  // that have had a slot; emptied at the close
};

struct JobBook::State {
  State(Runtime& runtime_in, JobStore& store)
      : runtime(runtime_in),
        replies(ReplyShelf::Room{}),
        commits(runtime_in, store, [this](const TouchedRecords& touched) { return Collect(touched); }) {}

  // Takes over what the store had. kDataLoss if its records do not fit together.
  Status Restore(JobChanges loaded);
  JobChanges Collect(const TouchedRecords& touched) const;

  BookedRound* Find(const RoundKey& key);
  // After a change of the job's current round: its state (paper section 3.1) and whether it takes devices.
  void Follow(BookedRound& record);
  void Touch(const BookedRound& record);
  void EndLive(BookedRound& record);

  Runtime& runtime;
  std::map<JobId, Job> jobs;
  std::unordered_map<JobId, std::deque<BookedRound>> rounds;  // of each job, by number from 1
  std::set<JobId> open;
  std::unordered_map<DeviceId, std::pair<RoundKey, Slot>> live;
  std::set<std::pair<Time, RoundKey>> closed_with_bindings;  // oldest first
  ReplyShelf replies;
  JobId next_job{1};
  CommitLine commits;
};

}  // namespace propius
