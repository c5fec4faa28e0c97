// What the job database holds in memory. For the job_book*.cc files only.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "control/commit_line.h"
#include "control/job_book.h"
#include "control/reply_shelf.h"

namespace propius {

// A device that has had a slot of a round that is not closed.
struct DeviceTrace {
  RoundKey held;  // the task that it holds; job 0 if it holds none
  Slot slot;
  std::uint32_t rounds = 0;  // that are not closed and that it has had a slot of

  bool holds() const { return held.job.value != 0; }
};

struct BookedRound {
  Round round;
  std::vector<Binding> bindings;                                     // by slot; emptied some time after the close
  boost::unordered_flat_set<DeviceId, std::hash<DeviceId>> devices;  // that have had a slot; emptied at the close
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
  // The device has had a slot of one round more, or one fewer that is not closed.
  DeviceTrace& Trace(DeviceId device);
  void Untrace(DeviceId device);
  // It holds its task no longer.
  void LetGo(DeviceId device);

  Runtime& runtime;
  std::map<JobId, Job> jobs;
  std::unordered_map<JobId, std::deque<BookedRound>> rounds;  // of each job, by number from 1
  std::set<JobId> open;
  boost::unordered_flat_map<DeviceId, DeviceTrace, std::hash<DeviceId>> traces;
  std::set<std::pair<Time, RoundKey>> closed_with_bindings;  // oldest first
  ReplyShelf replies;
  JobId next_job{1};
  CommitLine commits;
};

}  // namespace propius
