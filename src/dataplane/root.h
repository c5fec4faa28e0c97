// The root's part of a node: keeps plans, merges segments durably, closes rounds and answers jobs. Whoever calls has
// checked the caller's token. What an answer tells is durable before it is told.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "dataplane/answer.h"
#include "dataplane/closure_courier.h"
#include "dataplane/commits.h"
#include "dataplane/node.h"
#include "dataplane/plan_shelf.h"
#include "dataplane/round_tally.h"
#include "dataplane/tally_journal.h"
#include "dataplane/waiting_list.h"

namespace propius {

class Root : public std::enable_shared_from_this<Root> {
 public:
  struct Parts {
    Runtime& runtime;
    const ReducerRegistry& reducers;
    TallyStore& store;
    ControlLink* control = nullptr;
  };

  static Result<std::shared_ptr<Root>> Open(Parts parts, const NodeOptions& options);
  // Goes on with what was loaded; on the runtime.
  void Start();

  void PutPlan(const RoundTerms& terms, Blob plan, Done<PlanReceipt> done);
  void GetAggregate(const RoundKey& round, Duration wait, Done<Aggregate> done);
  void CloseRound(const RoundKey& round, Done<Aggregate> done);
  void Claim(const ClaimRequest& request, Done<ClaimGrant> done);
  void Push(const Segment& segment, Done<SegmentVerdict> done);

  // Devices of asynchronous jobs. An answer that must wait for others comes at the latest after `wait`, as kWaiting.
  void Commit(const Ticket& ticket, const CommitRequest& request, Duration wait, Done<CommitAnswer> done);
  // Comes, comes back, or asks again.
  void Join(const Ticket& ticket, Duration wait, Done<CommitAnswer> done);
  void Leave(const Ticket& ticket, Done<void> done);
  void GetParameters(const RoundKey& round, Done<ParametersView> done);

  const std::shared_ptr<PlanShelf>& plans() const { return plans_; }
  bool Idle() const { return journal_->Idle(); }

 private:
  // A device of an asynchronous round, as far as it need not be remembered over a restart.
  struct Worker {
    Time due{};                     // it is given up if it is not heard from until then
    std::optional<Work> work{};     // that it may do once a write has begun with it
    std::optional<Work> written{};  // that it may be told of, and was not yet
    Time came{};                    // its last commit
    Duration held_back{};           // from then until it might go on
    std::shared_ptr<Done<CommitAnswer>> waiting{};
  };
  // An asynchronous round as of the latest write to the store. Answers tell of nothing newer, and go out when that
  // write is done: no device sees what a crash can take back.
  struct WrittenState {
    Blob parameters{};
    std::uint64_t version = 0;
    std::uint64_t commits = 0;  // of all
    std::uint64_t steps = 0;
    std::map<WorkerId, std::uint64_t> commits_of{};
  };
  struct HeldRound {
    RoundTally tally;
    std::map<GroupId, Time> heard{};   // from the group's owner
    WaitingList<Aggregate> waiting{};  // for the result
    bool closed = false;               // and durably so
    bool answerable = false;           // closed, and the ledger is final or late
    Blob result{};                     // the file, once somebody has asked
    std::map<WorkerId, Worker> workers{};
    WrittenState written{};
    std::uint64_t seen_changes = 0;  // of the parameter server, that a write is asked for
  };

  Root(Parts parts, NodeOptions options);
  Status Load();

  // The round, or why there is none.
  Result<HeldRound*> Find(const RoundKey& round);
  void Changed(HeldRound& held, Duration within);
  // Runs `task` if the round is still held when all that it has changed is durable.
  void WhenDurable(const RoundKey& round, std::function<void(HeldRound&)> task);
  // Answers then, held or not.
  template <typename T>
  void AnswerWhenDurable(const RoundKey& round, Done<T> done, const std::type_identity_t<Result<T>>& result) {
    journal_->WhenDurable(
        round, [&runtime = parts_.runtime, done = std::move(done), result] { Answer(runtime, done, result); });
  }

  std::optional<Error> RefuseClaim(const ClaimRequest& request, const HeldRound& held) const;
  Result<Manifest> CheckPlan(const RoundTerms& terms, const Blob& plan) const;
  Result<RoundTally> Begin(const RoundTerms& terms, Manifest manifest, const Blob& plan) const;
  void ArmDeadline(const RoundTerms& terms);
  void CloseIfComplete(HeldRound& held);
  void Close(HeldRound& held, const std::string& why);
  void TellControl(HeldRound& held);
  void Settle(HeldRound& held, const std::optional<BindCensus>& census);
  void AnswerWaiting(HeldRound& held);
  Result<Aggregate> Closed(HeldRound& held);
  void ArmRetention(const RoundRecord& record);
  void RetireOldest(JobId job);
  void Retire(const RoundKey& round);

  // The asynchronous round that the ticket is for.
  Result<HeldRound*> FindFor(const Ticket& ticket);
  void StartCommits(HeldRound& held);
  void ArmTick(HeldRound& held);
  void Sweep(const RoundKey& round);
  void NoteWritten(HeldRound& held);
  void TakeReleases(HeldRound& held, Duration within);
  void AnswerWhenFree(HeldRound& held, WorkerId worker, Duration wait, Done<CommitAnswer> done);
  void AnswerWorkers(HeldRound& held);
  CommitAnswer Standing(const HeldRound& held, WorkerId worker, CommitAnswer::State state) const;

  Parts parts_;
  NodeOptions options_;
  std::shared_ptr<TallyJournal> journal_;
  std::shared_ptr<ClosureCourier> courier_;
  std::shared_ptr<PlanShelf> plans_;
  std::map<RoundKey, HeldRound> rounds_;
  std::map<JobId, RoundNumber> retired_;  // highest of each job
};

}  // namespace propius
