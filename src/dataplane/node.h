// A node of the aggregation tree. With an uplink it is a leaf: it caches plans, takes updates and pushes partial sums.
// Without one it is the root: it keeps plans, merges partials durably and closes rounds. The root takes updates too.
// Protocol: guarantees 1.3. Everything runs on one runtime.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aggregation/registry.h"
#include "base/runtime.h"
#include "dataplane/commits.h"
#include "dataplane/control_link.h"
#include "dataplane/uplink.h"
#include "domain/ticket.h"
#include "store/plan_cache.h"
#include "store/tally_store.h"

namespace propius {

// The root's store takes a record of at most 10^9 bytes: so many of what a round sums up, the rest for who is in it.
inline constexpr std::uint64_t kMaxSumBytes = std::uint64_t{896} << 20;

struct NodeOptions {
  std::string name = "root";
  PlanCacheOptions cache;
  // A leaf seals its open segment this long after the first update in it, or when it holds this many.
  Duration seal_after = 200ms;
  std::uint32_t seal_count = 64;
  Duration push_timeout = 10s;  // then the segment is sent again
  Duration retry_min = 100ms;   // backoff of claims and pushes
  Duration retry_max = 2s;
  // The root refuses a claim while the owner was heard from within this (liveness only; fencing is by generation).
  Duration owner_lease = 3s;
  // The root writes merged sums this long after the first unwritten one.
  Duration persist_after = 20ms;
  // A closed round stays readable this long; at most this many closed rounds are kept for each job.
  Duration retention = 1h;
  std::uint32_t closed_rounds_per_job = 3;
  std::uint64_t max_plan_bytes = std::uint64_t{256} << 20;
  // Sums have 8 bytes for each value: twice as many as the largest plan of F32 values.
  std::uint64_t max_sum_bytes() const { return std::min(2 * max_plan_bytes, kMaxSumBytes); }
};

struct PlanReceipt {
  Digest digest;
};

enum class UploadState { kAccepted, kCommitted, kLate, kRejected };
struct UploadAnswer {
  UploadState state = UploadState::kAccepted;
  std::string reason;  // of late and rejected
};

// Progress of an open round, or the result of a closed one.
struct Aggregate {
  RoundKey round;
  RoundOutcome outcome = RoundOutcome::kOpen;
  std::uint32_t target = 0;
  std::uint32_t counted = 0;
  double total_weight = 0;
  Ledger ledger;
  std::string reason;
  Blob tensors;  // safetensors; null while the round is open. Its metadata repeats all of the above.
};

class Node {
 public:
  struct Parts {
    Runtime& runtime;
    const ReducerRegistry& reducers;
    Sealer sealer;
    Uplink* uplink = nullptr;        // leaf
    TallyStore* store = nullptr;     // root
    ControlLink* control = nullptr;  // root
  };

  // A root loads its rounds from the store; fails as the store does.
  static Result<std::unique_ptr<Node>> Open(Parts parts, NodeOptions options);
  ~Node();

  // Job side, at the root. `token` is the round token; its terms must name `round` and the digest of `plan`.
  void PutPlan(const std::string& token, RoundKey round, Blob plan, Done<PlanReceipt> done);
  // Answers when the round is closed and its ledger final, or after `wait` with the progress so far. kNotFound: unknown
  // round; kOutOfRange: no longer kept.
  void GetAggregate(const std::string& token, RoundKey round, Duration wait, Done<Aggregate> done);
  // Closes the round with what is committed: completed, partial, or aborted if nothing is.
  void CloseRound(const std::string& token, RoundKey round, Done<Aggregate> done);

  // Device side. Pulled from the parent on a miss, once for all that wait.
  void GetPlan(const Digest& digest, Done<Blob> done);
  // Answers when the update is committed, late or rejected, or after `wait` if it is accepted only. kUnauthenticated:
  // bad ticket; kUnavailable: the group is not claimed yet, try again.
  void Upload(const std::string& ticket, RoundKey round, Blob update, Duration wait, Done<UploadAnswer> done);
  // As Upload, for one that was sent before; kNotFound if this node does not have it: send it again.
  void UploadStatus(const std::string& ticket, RoundKey round, Duration wait, Done<UploadAnswer> done);

  // Devices of asynchronous jobs, at the root: the ticket must be of `job`. As Root says.
  void Commit(const std::string& ticket, JobId job, const CommitRequest& request, Duration wait,
              Done<CommitAnswer> done);
  void Join(const std::string& ticket, JobId job, Duration wait, Done<CommitAnswer> done);
  void Leave(const std::string& ticket, JobId job, Done<void> done);
  // Of the asynchronous round that the round token is of.
  void GetParameters(const std::string& token, JobId job, Done<ParametersView> done);

  // Child side, at the root. `token` is a node token.
  void Claim(const std::string& token, const ClaimRequest& request, Done<ClaimGrant> done);
  void Push(const std::string& token, const Segment& segment, Done<SegmentVerdict> done);

  // Opens credentials ahead of a call, on any thread; what else a credential must be is for the call to say.
  const Sealer& sealer() const;

  // An error while the root's store refuses what is written to it.
  Status Ready() const;

  // Seals and pushes what is open, refuses new uploads, then calls `done`; bounded by `limit`.
  void Drain(Duration limit, Task done);

 private:
  class State;
  explicit Node(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace propius
