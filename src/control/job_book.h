// The job database while the control plane runs: every job, round and bind in memory, every change durable before the
// answer that tells of it. Job manager, scheduler and client manager meet here (paper section 3.1).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/runtime.h"
#include "domain/round.h"
#include "store/job_store.h"

namespace propius {

class JobBook {
 public:
  // Loads what the store has. Fails as the store does.
  static Result<std::unique_ptr<JobBook>> Open(Runtime& runtime, JobStore& store);
  ~JobBook();

  // Reading. Pointers hold until the next change.
  const Job* FindJob(JobId id) const;
  const Round* FindRound(const RoundKey& key) const;
  const Round* CurrentRound(JobId id) const;  // null before the first request
  const Binding* FindBinding(const RoundKey& key, Slot slot) const;
  const Binding* LiveBinding(DeviceId device) const;  // the one task that the device holds, or null
  std::vector<const Binding*> BindingsOf(const RoundKey& key) const;
  // Has the device had a slot of this round, whatever became of it? Known while the round is not closed.
  bool HadSlot(const RoundKey& key, DeviceId device) const;
  // Of any round that is not closed? If not, it holds no task either.
  bool HadAnySlot(DeviceId device) const;
  const MemoisedReply* FindReply(const std::string& key) const;
  const std::map<JobId, Job>& jobs() const;
  // Jobs whose current round takes devices.
  const std::set<JobId>& open_jobs() const;

  // Changing. Each keeps Table 2's fields and the round's counters in step; the caller has checked that it may.
  JobId AddJob(TenantId tenant, JobSpec spec, std::string job_ip, std::uint32_t port);
  const Round& OpenRound(JobId id, RoundTerms terms);
  void EndAllocation(const RoundKey& key);
  const Binding& Bind(const RoundKey& key, DeviceId device, Time lease_ends);
  void ExtendLease(const RoundKey& key, Slot slot, Time lease_ends);  // soft: not durable
  // Live -> reported, failed or expired. A failed or expired bind frees its place, not its slot number.
  void SettleBinding(const RoundKey& key, Slot slot, BindState state);
  // Closes the round and ends what is live. Of a round that is closed already, replaces what is said of its end.
  void CloseRound(const RoundKey& key, RoundOutcome outcome, std::uint32_t counted, std::string reason);
  // Closes an open round as aborted, for the same reason. The job counts as heard from: its retention starts now.
  void FinishJob(JobId id, std::string reason);
  void Heard(JobId id);                   // soft: durable with the job's next change
  void SetScore(JobId id, double score);  // soft: durable with the job's next change
  // Keeps the latest answers of every tenant and device, so that no caller's keys fill the memory (reply_shelf.h).
  void Remember(MemoisedReply reply);
  void ForgetRepliesBefore(Time time);
  // Drops the binds of rounds closed before; their counts stay in the round.
  void ForgetBindingsBefore(Time time);
  // A finished one, with its rounds.
  void RemoveJob(JobId id);

  // The control plane's half of the round's ledger.
  BindCensus CensusOf(const RoundKey& key) const;

  // Runs `then` once every change made so far is durable; at once (in a later task) if there is none pending. One
  // commit is under way at a time and carries all that has come since the last (group commit). A store that refuses is
  // tried again until it takes the change; meanwhile healthy() is false.
  void WhenDurable(Task then);
  bool healthy() const;

 private:
  struct State;
  explicit JobBook(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace propius
