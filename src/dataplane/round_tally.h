// One round at the root: its record and its sum, and the rules by which claims and segments change them (guarantees
// 1.3). A value without time, store or network.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "aggregation/registry.h"
#include "dataplane/round_record.h"
#include "dataplane/shared_parameters.h"
#include "dataplane/uplink.h"

namespace propius {

class RoundTally {
 public:
  // Fails as the reducer's factory does. `reducers` must outlive it.
  static Result<RoundTally> Begin(RoundTerms terms, Manifest manifest, const ReducerRegistry& reducers);
  // Of an asynchronous job: it has parameters in place of a sum, and no segments.
  static Result<RoundTally> BeginAsynchronous(RoundTerms terms, Manifest manifest, const SafetensorsView& plan,
                                              Time now, const ReducerRegistry& reducers);
  // kDataLoss if record and sum do not belong together.
  static Result<RoundTally> Load(std::string_view packed, const ReducerRegistry& reducers, Time now);
  std::string Pack() const;

  const RoundRecord& record() const { return record_; }
  bool open() const { return record_.outcome == RoundOutcome::kOpen; }
  // Updates: slots of a round, commits of an asynchronous one.
  std::uint32_t counted() const;
  // Mini-batches of an asynchronous round.
  double total_weight() const;
  bool CanReport() const { return parameters_ || sum_->CanReport(); }
  bool ReachedTarget() const { return record_.terms.target > 0 && counted() >= record_.terms.target; }
  // Has what it wanted if it ends now: an asynchronous round without a target wants only time.
  bool IsComplete() const { return ReachedTarget() || (parameters_ && record_.terms.target == 0); }
  // The result as a safetensors file; without tensors if CanReport() is false.
  Result<std::string> Report(const std::map<std::string, std::string>& metadata) const;

  // Gives the group to the node under a new generation, which fences all older ones.
  ClaimGrant Claim(const ClaimRequest& request);

  struct Taken {
    SegmentVerdict verdict = SegmentVerdict::kCommitted;
    bool changed = false;  // and must be durable before the verdict is told
  };
  // Merges the segment, or says why not. kAlreadyExists: a slot in it is counted already; any other error: the segment
  // is not what an honest leaf sends. After an error nothing has changed.
  Result<Taken> Take(const Segment& segment);

  // Of an asynchronous round, else null.
  const SharedParameters* parameters() const { return parameters_ ? &*parameters_ : nullptr; }
  SharedParameters* parameters() { return parameters_ ? &*parameters_ : nullptr; }
  // As SharedParameters::Commit, and notes that the slot has contributed.
  Result<Receipt> Commit(Slot slot, const CommitReport& report, const SafetensorsView& update, Time now);
  Blob ParametersFile() const;

  void Close(RoundOutcome outcome, std::string reason, Time at);
  // The control plane's half of the ledger; none if it does not know the round.
  void Settle(std::optional<BindCensus> census);

 private:
  RoundTally(RoundRecord record, std::unique_ptr<Reducer> sum, const ReducerRegistry& reducers);
  Status MergeSum(const Segment& segment);
  bool Note(const Segment& segment);
  Taken TakeAfterClose(const Segment& segment);

  RoundRecord record_;
  std::unique_ptr<Reducer> sum_;                // null of an asynchronous round
  std::optional<SharedParameters> parameters_;  // of an asynchronous round
  const ReducerRegistry* reducers_;
};

}  // namespace propius
