#include "dataplane/claim_loop.h"

#include <utility>

namespace propius {

ClaimLoop::ClaimLoop(Runtime& runtime, Uplink& uplink, Backoff retry, Duration limit, Listener listener)
    : runtime_(runtime), uplink_(uplink), retry_(retry), limit_(limit), listener_(std::move(listener)) {}

void ClaimLoop::Ask(const ClaimRequest& request) {
  if (asking_) return;
  asking_ = true;
  request_ = request;
  Try();
}

void ClaimLoop::Try() {
  const std::uint64_t attempt = ++attempt_;
  runtime_.After(limit_, [weak = weak_from_this(), attempt] {
    const auto self = weak.lock();
    if (self) self->Answered(attempt, Fail(Code::kDeadlineExceeded, "claim: expected an answer, got none"));
  });
  const ClaimRequest request = request_;
  uplink_.Claim(request, [weak = weak_from_this(), attempt](const Result<ClaimGrant>& answer) {
    if (const auto self = weak.lock()) self->Answered(attempt, answer);
  });
}

void ClaimLoop::Answered(std::uint64_t attempt, const Result<ClaimGrant>& answer) {
  if (attempt != attempt_) return;
  ++attempt_;
  const bool over = !answer && answer.error().code == Code::kFailedPrecondition;
  if (answer || over || !listener_.go_on(answer.error())) {
    asking_ = false;
    retry_.Reset();
    if (answer) listener_.granted(*answer);
    if (over) listener_.over();
    return;
  }
  runtime_.After(retry_.Next(runtime_.Chance()), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Try();
  });
}

}  // namespace propius
