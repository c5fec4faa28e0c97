#include "dataplane/group_intake.h"

#include <algorithm>
#include <utility>

#include "base/event.h"
#include "dataplane/answer.h"

namespace propius {
namespace {

// A first upload that does not wait still gets the time that a claim and a plan take.
constexpr Duration kClaimGrace = 1s;
// The open segment grows while this many sealed ones wait for the parent: memory stays at so many sums.
constexpr std::size_t kMaxKept = 2;
// After its last ticket and its last call a group is kept this long, and this long if its parent is silent.
constexpr Duration kLinger = 1min;
constexpr Duration kLongestLinger = 10min;

}  // namespace

std::shared_ptr<GroupIntake> GroupIntake::Make(Parts parts, ClaimRequest request) {
  std::shared_ptr<GroupIntake> group(new GroupIntake(parts, std::move(request)));
  return group;
}

GroupIntake::GroupIntake(Parts parts, ClaimRequest request)
    : parts_(parts), request_(std::move(request)), fetch_retry_(parts.options.retry_min, parts.options.retry_max) {
  const NodeOptions& options = parts_.options;
  claims_ = std::make_shared<ClaimLoop>(
      parts_.runtime, parts_.uplink, fetch_retry_, options.push_timeout,
      ClaimLoop::Listener{[this](const ClaimGrant& grant) { Granted(grant); }, [this] { Close(); },
                          [this](const Error& refusal) { return GoOnClaiming(refusal); }});
  pusher_ = std::make_shared<SegmentPusher>(
      parts_.runtime, parts_.uplink, fetch_retry_, options.push_timeout,
      [this](const Segment& segment, const Result<SegmentVerdict>& answer) { Settled(segment, answer); });
}

void GroupIntake::Touch(const Ticket& ticket) {
  touched_ = Now();
  expires_ = std::max(expires_, ticket.expires);
}

void GroupIntake::Upload(const Ticket& ticket, Blob update, Duration wait, Done<UploadAnswer> done) {
  Touch(ticket);
  const Time until = Now() + wait;
  if (AnswerIfSeen(ticket.slot, until, done)) return;
  if (phase_ == Phase::kClosed || Now() >= ticket.expires) {
    return Answer(parts_.runtime, std::move(done), Late(ticket.slot));
  }
  Enqueue({ticket, std::move(update), until, std::move(done)});
  Advance();
}

void GroupIntake::Query(const Ticket& ticket, Duration wait, Done<UploadAnswer> done) {
  Touch(ticket);
  if (AnswerIfSeen(ticket.slot, Now() + wait, done)) return;
  if (phase_ == Phase::kClosed) return Answer(parts_.runtime, std::move(done), Late(ticket.slot));
  Answer(parts_.runtime, std::move(done),
         Fail(Code::kNotFound, Show(request_.round) + " slot " + std::to_string(ticket.slot.value) +
                                   ": expected an update that was sent before, got none; send it again"));
}

void GroupIntake::Enqueue(Arrival arrival) {
  const Time until = std::max(arrival.until, Now() + kClaimGrace);
  arrivals_.push_back(std::make_shared<Arrival>(std::move(arrival)));
  parts_.runtime.At(until, [weak = weak_from_this(), waiting = std::weak_ptr(arrivals_.back())] {
    const auto self = weak.lock();
    const auto late = waiting.lock();
    if (!self || !late) return;
    self->arrivals_.remove(late);
    late->done(Fail(Code::kUnavailable, Show(self->request_.round) + " group " +
                                            std::to_string(self->request_.group.value) +
                                            ": not claimed by this leaf yet; try again"));
  });
}

bool GroupIntake::ClaimWanted() const {
  const Time over = terms_ ? terms_->deadline : expires_;
  return !arrivals_.empty() || !refused_.empty() || (!open_.Empty() && Now() >= over);
}

void GroupIntake::Advance() {
  if (phase_ == Phase::kUnclaimed) {
    if (ClaimWanted()) claims_->Ask(request_);
    return;
  }
  if (phase_ == Phase::kServing && !manifest_) {
    FetchManifest();
    return;
  }
  while (!arrivals_.empty() && phase_ != Phase::kUnclaimed) {
    const std::shared_ptr<Arrival> next = std::move(arrivals_.front());
    arrivals_.pop_front();
    Take(std::move(*next));
  }
}

void GroupIntake::FetchManifest() {
  if (fetching_ || arrivals_.empty()) return;
  fetching_ = true;
  parts_.plans.Get(terms_->plan, [weak = weak_from_this()](const Result<Blob>& plan) {
    if (const auto self = weak.lock()) self->UseManifest(plan);
  });
}

void GroupIntake::UseManifest(const Result<Blob>& plan) {
  Result<Manifest> manifest = plan.and_then([](const Blob& bytes) { return ParseSafetensors(*bytes); })
                                  .and_then([](const SafetensorsView& view) { return UpdateManifest(view); });
  Status usable;
  if (!manifest) {
    usable = tl::unexpected(manifest.error());
  } else if (const auto reducer = parts_.reducers.Make(terms_->reducer, *manifest); !reducer) {
    usable = tl::unexpected(reducer.error());
  }
  if (usable) {
    fetching_ = false;
    fetch_retry_.Reset();
    manifest_ = std::move(*manifest);
    Advance();
    return;
  }
  Event(Severity::kWarning, "plan_not_usable", {{"round", Show(request_.round)}, {"error", usable.error().message}});
  parts_.runtime.After(fetch_retry_.Next(parts_.runtime.Chance()), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->fetching_ = false;
    self->Advance();
  });
}

void GroupIntake::Take(Arrival arrival) {
  const Ticket& ticket = arrival.ticket;
  const auto answer = [&](Result<UploadAnswer> what) { Answer(parts_.runtime, arrival.done, std::move(what)); };
  if (AnswerIfSeen(ticket.slot, arrival.until, arrival.done)) return;
  if (phase_ == Phase::kClosed || Now() >= ticket.expires) return answer(Late(ticket.slot));
  if (ticket.plan != terms_->plan || ticket.slot.value >= terms_->max_slots) {
    return answer(Fail(Code::kPermissionDenied, Show(request_.round) +
                                                    ": expected a ticket for its plan and a slot below " +
                                                    std::to_string(terms_->max_slots) + ", got another"));
  }
  const auto checked = CheckUpdate(*arrival.update, *manifest_, ticket.max_update_bytes,
                                   std::min(ticket.max_weight, terms_->max_weight));
  if (!checked) return answer(Reject(ticket.slot, checked.error()));
  Opening();
  const Status added = open_.Add(ticket.slot, checked->view, checked->weight,
                                 [this] { return parts_.reducers.Make(terms_->reducer, *manifest_); });
  if (!added) return answer(Reject(ticket.slot, {"range", added.error().message}));
  seen_.Set(ticket.slot.value);
  AnswerIfSeen(ticket.slot, arrival.until, arrival.done);
  SealIfDue();
}

std::optional<UploadAnswer> GroupIntake::Known(Slot slot) const {
  if (committed_.Test(slot.value)) return UploadAnswer{UploadState::kCommitted, ""};
  if (const auto found = rejected_.find(slot.value); found != rejected_.end()) {
    return UploadAnswer{UploadState::kRejected, found->second.detail};
  }
  return std::nullopt;
}

bool GroupIntake::AnswerIfSeen(Slot slot, Time until, Done<UploadAnswer>& done) {
  if (const std::optional<UploadAnswer> known = Known(slot)) {
    Answer(parts_.runtime, std::move(done), *known);
    return true;
  }
  if (phase_ != Phase::kServing || !seen_.Test(slot.value)) return false;
  const UploadAnswer accepted{UploadState::kAccepted, ""};
  if (until <= Now()) {
    Answer(parts_.runtime, std::move(done), accepted);
  } else {
    waiting_[slot.value].Add(parts_.runtime, until - Now(), std::move(done), [accepted] { return accepted; });
  }
  return true;
}

UploadAnswer GroupIntake::Late(Slot slot) {
  Opening();
  open_.NoteLate(slot);
  SealIfDue();
  return {UploadState::kLate, Show(request_.round) + " is over"};
}

UploadAnswer GroupIntake::Reject(Slot slot, Rejection rejection) {
  Opening();
  open_.NoteRejected(slot, rejection.reason);
  const UploadAnswer answer{UploadState::kRejected, rejection.detail};
  rejected_.emplace(slot.value, std::move(rejection));
  AnswerWaiting(slot.value, answer);
  SealIfDue();
  return answer;
}

void GroupIntake::AnswerWaiting(std::uint32_t slot, const Result<UploadAnswer>& answer) {
  const auto found = waiting_.find(slot);
  if (found == waiting_.end()) return;
  found->second.AnswerAll(parts_.runtime, answer);
  waiting_.erase(found);
}

void GroupIntake::Opening() {
  if (!open_.Empty()) return;
  seal_at_ = Now() + parts_.options.seal_after;
  const auto look = [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->SealIfDue();
    self->Advance();
  };
  parts_.runtime.At(seal_at_, look);
  // Notes alone are no reason to take the group from another leaf, but once the round is over the root wants them.
  if (phase_ == Phase::kUnclaimed) parts_.runtime.At(terms_ ? terms_->deadline : expires_, look);
}

void GroupIntake::SealIfDue() {
  if (phase_ == Phase::kUnclaimed || open_.Empty() || pusher_->size() >= kMaxKept) return;
  if (!draining_ && Now() < seal_at_ && open_.size() < parts_.options.seal_count) return;
  Segment segment = open_.Seal();
  segment.node = request_.node;
  segment.round = request_.round;
  segment.group = request_.group;
  pusher_->Add(std::move(segment));
}

void GroupIntake::Drain() {
  draining_ = true;
  SealIfDue();
}

bool GroupIntake::Idle() const {
  return arrivals_.empty() && pusher_->size() == 0 && (open_.Empty() || phase_ == Phase::kUnclaimed);
}

bool GroupIntake::Forgettable() const {
  const Time last = std::max(expires_, touched_);
  return Now() > last + (Idle() && open_.Empty() ? kLinger : kLongestLinger);
}

void GroupIntake::Abandon() {
  const auto again = Fail(Code::kUnavailable, Show(request_.round) + ": this leaf lost the update; send it again");
  for (auto& [slot, waiting] : std::exchange(waiting_, {})) waiting.AnswerAll(parts_.runtime, again);
  for (const auto& arrival : std::exchange(arrivals_, {})) Answer(parts_.runtime, std::move(arrival->done), again);
}

}  // namespace propius
