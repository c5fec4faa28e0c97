#include "dataplane/round_tally.h"

#include <utility>

#include "base/check.h"
#include "dataplane/segment_check.h"

namespace propius {
namespace {

bool Contains(const Bitmap& whole, const Bitmap& part) {
  Bitmap both = whole;
  both.Merge(part);
  return both == whole;
}

}  // namespace

RoundTally::RoundTally(RoundRecord record, std::unique_ptr<Reducer> sum, const ReducerRegistry& reducers)
    : record_(std::move(record)), sum_(std::move(sum)), reducers_(&reducers) {}

Result<RoundTally> RoundTally::Begin(RoundTerms terms, Manifest manifest, const ReducerRegistry& reducers) {
  Result<std::unique_ptr<Reducer>> sum = reducers.Make(terms.reducer, manifest);
  if (!sum) return tl::unexpected(sum.error());
  RoundRecord record;
  record.terms = std::move(terms);
  record.manifest = std::move(manifest);
  return RoundTally(std::move(record), std::move(*sum), reducers);
}

Result<RoundTally> RoundTally::BeginAsynchronous(RoundTerms terms, Manifest manifest, const SafetensorsView& plan,
                                                 Time now, const ReducerRegistry& reducers) {
  Result<SharedParameters> parameters = SharedParameters::Begin(terms, manifest, plan, now);
  if (!parameters) return tl::unexpected(parameters.error());
  RoundRecord record;
  record.terms = std::move(terms);
  record.manifest = std::move(manifest);
  RoundTally tally(std::move(record), nullptr, reducers);
  tally.parameters_ = *std::move(parameters);
  return tally;
}

std::string RoundTally::Pack() const {
  return propius::Pack(record_, parameters_ ? parameters_->Save() : sum_->Serialize());
}

std::uint32_t RoundTally::counted() const {
  return static_cast<std::uint32_t>(parameters_ ? parameters_->commits() : record_.counted.Count());
}

double RoundTally::total_weight() const {
  return parameters_ ? static_cast<double>(parameters_->steps()) : sum_->total_weight();
}

Result<Receipt> RoundTally::Commit(Slot slot, const CommitReport& report, const SafetensorsView& update, Time now) {
  Result<Receipt> receipt = parameters_->Commit(slot.value, report, update, now);
  if (receipt && *receipt == Receipt::kTaken) record_.counted.Set(slot.value);
  return receipt;
}

Blob RoundTally::ParametersFile() const {
  return std::make_shared<const std::string>(
      parameters_->File(record_.manifest, {{"job", std::to_string(record_.terms.job.value)},
                                           {"version", std::to_string(parameters_->server().version())},
                                           {"commits", std::to_string(parameters_->commits())}}));
}

Result<RoundTally> RoundTally::Load(std::string_view packed, const ReducerRegistry& reducers, Time now) {
  Result<PackedRound> round = UnpackRound(packed);
  if (!round) return tl::unexpected(round.error());
  const RoundKey key = round->record.terms.key();
  const auto damaged = [&](const std::string& what) { return Fail(Code::kDataLoss, Show(key) + ": " + what); };

  if (round->record.terms.sync) {
    const RoundRecord& record = round->record;
    auto parameters = SharedParameters::Load(record.terms, record.manifest, round->partial, now);
    if (!parameters) return tl::unexpected(parameters.error());
    RoundTally tally(std::move(round->record), nullptr, reducers);
    tally.parameters_ = *std::move(parameters);
    for (const auto& [id, worker] : tally.parameters_->server().workers()) {
      if (worker.commits > 0) tally.record_.counted.Set(static_cast<std::uint32_t>(id));
    }
    return tally;
  }
  Result<std::unique_ptr<Reducer>> sum = reducers.Make(round->record.terms.reducer, round->record.manifest);
  if (!sum) return damaged(sum.error().message);
  if (const Status merged = (*sum)->MergeWith(round->partial); !merged) return damaged(merged.error().message);
  if ((*sum)->count() != round->record.counted.Count()) {
    return damaged("expected a sum of " + std::to_string(round->record.counted.Count()) + " updates, got one of " +
                   std::to_string((*sum)->count()));
  }
  return RoundTally(std::move(round->record), std::move(*sum), reducers);
}

Result<std::string> RoundTally::Report(const std::map<std::string, std::string>& metadata) const {
  if (parameters_) return parameters_->File(record_.manifest, metadata);
  if (!sum_->CanReport()) return WriteSafetensors({}, metadata);
  // Report() consumes a reducer, and the round's own must stay.
  Result<std::unique_ptr<Reducer>> copy = reducers_->Make(record_.terms.reducer, record_.manifest);
  if (!copy) return tl::unexpected(copy.error());
  if (const Status merged = (*copy)->MergeWith(sum_->Serialize()); !merged) return tl::unexpected(merged.error());
  return std::move(**copy).Report(metadata);
}

ClaimGrant RoundTally::Claim(const ClaimRequest& request) {
  GroupTally& group = record_.groups[request.group];
  group.owner = request.node;
  group.incarnation = request.incarnation;
  ++group.generation;
  group.last_segment = 0;
  return {group.generation, group.counted, record_.terms};
}

Result<RoundTally::Taken> RoundTally::Take(const Segment& segment) {
  if (const Status checked = CheckSegment(segment, record_.terms); !checked) return tl::unexpected(checked.error());
  if (!open()) return TakeAfterClose(segment);
  const auto found = record_.groups.find(segment.group);
  if (found == record_.groups.end() || found->second.generation != segment.generation ||
      found->second.owner != segment.node) {
    return Taken{SegmentVerdict::kFenced, false};
  }
  GroupTally& group = found->second;
  if (segment.number <= group.last_segment) return Taken{SegmentVerdict::kCommitted, false};
  if (segment.number != group.last_segment + 1) return Taken{SegmentVerdict::kGap, false};
  if (!segment.slots.Empty()) {
    if (const Status merged = MergeSum(segment); !merged) return tl::unexpected(merged.error());
  }
  group.counted.Merge(segment.slots);
  record_.counted.Merge(segment.slots);
  group.last_segment = segment.number;
  Note(segment);
  return Taken{SegmentVerdict::kCommitted, true};
}

Status RoundTally::MergeSum(const Segment& segment) {
  if (segment.slots.Intersects(record_.counted)) {
    return Fail(Code::kAlreadyExists, Show(segment.round) + " group " + std::to_string(segment.group.value) +
                                          ": expected slots that are not counted yet, got a segment of " +
                                          segment.node + " with one that is");
  }
  Result<std::unique_ptr<Reducer>> partial = reducers_->Make(record_.terms.reducer, record_.manifest);
  if (!partial) return tl::unexpected(partial.error());
  if (const Status read = (*partial)->MergeWith(*segment.partial); !read) return read;
  if (const Status checked = CheckPartial(segment, record_.terms, **partial); !checked) return checked;
  return sum_->MergeWith(*segment.partial);
}

bool RoundTally::Note(const Segment& segment) {
  const std::size_t before = record_.rejected.size() + record_.late.Count();
  record_.rejected.insert(segment.rejected.begin(), segment.rejected.end());
  record_.late.Merge(segment.late);
  return record_.rejected.size() + record_.late.Count() != before;
}

RoundTally::Taken RoundTally::TakeAfterClose(const Segment& segment) {
  const auto found = record_.groups.find(segment.group);
  if (found != record_.groups.end()) {
    const GroupTally& group = found->second;
    const bool taken =
        segment.generation == group.generation && segment.node == group.owner && segment.number <= group.last_segment;
    if (taken || (!segment.slots.Empty() && Contains(group.counted, segment.slots))) {
      return {SegmentVerdict::kCommitted, false};
    }
  }
  Segment notes = segment;
  notes.late.Merge(segment.slots);
  return {SegmentVerdict::kClosed, Note(notes)};
}

void RoundTally::Close(RoundOutcome outcome, std::string reason, Time at) {
  CHECK(open() && outcome != RoundOutcome::kOpen);
  record_.outcome = outcome;
  record_.reason = std::move(reason);
  record_.closed_at = at;
}

void RoundTally::Settle(std::optional<BindCensus> census) {
  record_.settled = true;
  record_.census = std::move(census);
}

}  // namespace propius
