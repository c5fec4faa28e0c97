// Sends the sealed segments of one group to the parent: in order, one at a time, again until each is answered, and
// keeps them until then (guarantees 1.3 point 4).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "base/runtime.h"
#include "dataplane/backoff.h"
#include "dataplane/uplink.h"

namespace propius {

class SegmentPusher : public std::enable_shared_from_this<SegmentPusher> {
 public:
  // The end of a segment, which is no longer kept: the parent's verdict, or the error for which it will never take it.
  using Settled = std::function<void(const Segment&, const Result<SegmentVerdict>&)>;

  // `limit`: of one try.
  SegmentPusher(Runtime& runtime, Uplink& uplink, Backoff retry, Duration limit, Settled settled);

  // Numbers start from 1; what was kept comes back.
  std::deque<Segment> Begin(std::uint64_t generation);
  // Gives the segment its generation and number.
  void Add(Segment segment);
  std::size_t size() const { return kept_.size(); }

 private:
  void Push();
  void Answered(std::uint64_t attempt, const Segment& segment, const Result<SegmentVerdict>& answer);
  void PushLater(std::uint64_t attempt);

  Runtime& runtime_;
  Uplink& uplink_;
  Backoff retry_;
  Duration limit_;
  Settled settled_;
  std::uint64_t generation_ = 0;
  std::uint64_t last_number_ = 0;
  std::deque<Segment> kept_;
  std::uint64_t attempt_ = 0;  // the latest; older ones that fail are of no interest
  bool busy_ = false;          // a try is under way, or the pause after one
};

}  // namespace propius
