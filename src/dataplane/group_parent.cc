// What a group's intake hears from the parent.
#include <utility>

#include "base/event.h"
#include "dataplane/answer.h"
#include "dataplane/group_intake.h"

namespace propius {

void GroupIntake::Granted(const ClaimGrant& grant) {
  Bitmap all = grant.committed;
  all.Merge(committed_);
  if (all != grant.committed) {
    Event(Severity::kError, "committed_slots_lost", {{"round", Show(request_.round)}, {"group", request_.group.value}});
  }
  phase_ = Phase::kServing;
  if (terms_ && terms_->plan != grant.terms.plan) manifest_.reset();
  terms_ = grant.terms;
  seen_ = committed_ = grant.committed;
  pusher_->Begin(grant.generation);
  for (auto& [slot, rejection] : std::exchange(refused_, {})) {
    if (committed_.Test(slot)) {
      AnswerWaiting(slot, UploadAnswer{UploadState::kCommitted, ""});
    } else {
      Reject({slot}, std::move(rejection));
    }
  }
  Advance();
  SealIfDue();
}

bool GroupIntake::GoOnClaiming(const Error& refusal) {
  // Nobody will ever ask for notes on a round that the root does not know.
  if (refusal.code == Code::kNotFound && Now() >= expires_) open_ = OpenSegment();
  return ClaimWanted();
}

void GroupIntake::Settled(const Segment& segment, const Result<SegmentVerdict>& answer) {
  if (phase_ == Phase::kClosed) return SealIfDue();
  if (answer && *answer == SegmentVerdict::kCommitted) return Commit(segment);
  if (answer && *answer == SegmentVerdict::kClosed) return Close();
  if (!answer && answer.error().code == Code::kInvalidArgument) {
    Event(Severity::kWarning, "segment_not_taken", {{"error", answer.error().message}});
    for (const std::uint32_t slot : segment.slots.Bits()) {
      refused_[slot] = {"refused", "the sum that it was part of was refused: " + answer.error().message};
    }
  } else {
    Event(Severity::kInfo, "claim_lost",
          {{"round", Show(request_.round)},
           {"group", request_.group.value},
           {"error", answer ? "fenced" : answer.error().message}});
    Opening();
    open_.KeepNotes(segment);
  }
  Lose();
}

void GroupIntake::Commit(const Segment& segment) {
  committed_.Merge(segment.slots);
  for (const std::uint32_t slot : segment.slots.Bits()) {
    AnswerWaiting(slot, UploadAnswer{UploadState::kCommitted, ""});
  }
  SealIfDue();
}

void GroupIntake::Lose() {
  phase_ = Phase::kUnclaimed;
  seen_ = committed_;
  open_.DropSum();
  for (const Segment& segment : pusher_->Begin(0)) open_.KeepNotes(segment);
  if (!open_.Empty()) {
    OpenSegment notes = std::exchange(open_, {});
    Opening();
    open_ = std::move(notes);
  }
  const auto again = Fail(Code::kUnavailable, Show(request_.round) + ": this leaf lost the update; send it again");
  for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
    if (refused_.contains(waiting->first)) {
      ++waiting;
      continue;
    }
    waiting->second.AnswerAll(parts_.runtime, again);
    waiting = waiting_.erase(waiting);
  }
  Advance();
}

void GroupIntake::Close() {
  phase_ = Phase::kClosed;
  Opening();
  open_.DropSum();
  for (const Segment& segment : pusher_->Begin(0)) open_.KeepNotes(segment);
  for (const std::uint32_t slot : seen_.Bits()) {
    if (!committed_.Test(slot)) open_.NoteLate({slot});
  }
  for (const auto& [slot, rejection] : std::exchange(refused_, {})) open_.NoteLate({slot});
  const UploadAnswer late{UploadState::kLate, Show(request_.round) + " is over"};
  for (auto& [slot, waiting] : std::exchange(waiting_, {})) waiting.AnswerAll(parts_.runtime, late);
  Advance();
  SealIfDue();
}

}  // namespace propius
