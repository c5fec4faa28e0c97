#include "dataplane/segment_pusher.h"

#include <utility>

namespace propius {
namespace {

// Sending it again would give the same answer.
bool Final(const Result<SegmentVerdict>& answer) {
  return answer || answer.error().code == Code::kInvalidArgument || answer.error().code == Code::kNotFound;
}

}  // namespace

SegmentPusher::SegmentPusher(Runtime& runtime, Uplink& uplink, Backoff retry, Duration limit, Settled settled)
    : runtime_(runtime), uplink_(uplink), retry_(retry), limit_(limit), settled_(std::move(settled)) {}

std::deque<Segment> SegmentPusher::Begin(std::uint64_t generation) {
  generation_ = generation;
  last_number_ = 0;
  ++attempt_;
  busy_ = false;
  retry_.Reset();
  return std::exchange(kept_, {});
}

void SegmentPusher::Add(Segment segment) {
  segment.generation = generation_;
  segment.number = ++last_number_;
  kept_.push_back(std::move(segment));
  Push();
}

void SegmentPusher::Push() {
  if (busy_ || kept_.empty()) return;
  busy_ = true;
  const std::uint64_t attempt = ++attempt_;
  runtime_.After(limit_, [weak = weak_from_this(), attempt] {
    if (const auto self = weak.lock()) self->PushLater(attempt);
  });
  const Segment segment = kept_.front();
  uplink_.Push(segment, [weak = weak_from_this(), attempt, segment](const Result<SegmentVerdict>& answer) {
    if (const auto self = weak.lock()) self->Answered(attempt, segment, answer);
  });
}

void SegmentPusher::PushLater(std::uint64_t attempt) {
  if (attempt != attempt_) return;
  ++attempt_;
  runtime_.After(retry_.Next(runtime_.Chance()), [weak = weak_from_this(), pause = attempt_] {
    const auto self = weak.lock();
    if (!self || self->attempt_ != pause) return;
    self->busy_ = false;
    self->Push();
  });
}

void SegmentPusher::Answered(std::uint64_t attempt, const Segment& segment, const Result<SegmentVerdict>& answer) {
  // The answer to an earlier try of the same segment is as good as the latest.
  const bool kept = !kept_.empty() && generation_ == segment.generation && kept_.front().number == segment.number;
  if (!kept) return;
  if (!Final(answer)) {
    PushLater(attempt);
    return;
  }
  const Segment settled = std::move(kept_.front());
  kept_.pop_front();
  ++attempt_;
  busy_ = false;
  retry_.Reset();
  settled_(settled, answer);
  Push();
}

}  // namespace propius
