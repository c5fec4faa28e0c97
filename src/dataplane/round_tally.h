// One round at the root: its record and its sum, and the rules by which claims and segments change them (guarantees
// 1.3). A value without time, store or network.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "aggregation/registry.h"
#include "dataplane/round_record.h"
#include "dataplane/uplink.h"

namespace propius {

class RoundTally {
 public:
  // Fails as the reducer's factory does. `reducers` must outlive it.
  static Result<RoundTally> Begin(RoundTerms terms, Manifest manifest, const ReducerRegistry& reducers);
  // kDataLoss if record and sum do not belong together.
  static Result<RoundTally> Load(std::string_view packed, const ReducerRegistry& reducers);
  std::string Pack() const { return propius::Pack(record_, sum_->Serialize()); }

  const RoundRecord& record() const { return record_; }
  bool open() const { return record_.outcome == RoundOutcome::kOpen; }
  std::uint32_t counted() const { return static_cast<std::uint32_t>(record_.counted.Count()); }
  double total_weight() const { return sum_->total_weight(); }
  bool CanReport() const { return sum_->CanReport(); }
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

  void Close(RoundOutcome outcome, std::string reason, Time at);
  // The control plane's half of the ledger; none if it does not know the round.
  void Settle(std::optional<BindCensus> census);

 private:
  RoundTally(RoundRecord record, std::unique_ptr<Reducer> sum, const ReducerRegistry& reducers);
  Status MergeSum(const Segment& segment);
  bool Note(const Segment& segment);
  Taken TakeAfterClose(const Segment& segment);

  RoundRecord record_;
  std::unique_ptr<Reducer> sum_;
  const ReducerRegistry* reducers_;
};

}  // namespace propius
