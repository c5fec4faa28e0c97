// Events by time, equal times in the order in which they were added: a ring of buckets, each sorted when its turn
// comes. Adding and taking cost the same whether ten events wait or ten thousand, which a heap cannot say.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace propius {

// `Event` has a member `double at`, never below 0 and never below the last one taken.
template <typename Event>
class Calendar {
 public:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  // `width` is the span of a bucket in the unit of `at`; `buckets` is rounded up to a power of two. Best with a handful
  // of events in each.
  Calendar(double width, std::size_t buckets) : per_width_(1 / width), ring_(std::bit_ceil(buckets), kNone) {}

  bool empty() const { return next_ == kNever; }
  // Time of the earliest event; kNever if there is none.
  double next() const { return next_; }

  void Add(const Event& event) {
    const std::int64_t bucket = BucketOf(event.at);
    if (next_ == kNever) {
      // Nothing waits, so the ring may start anywhere.
      current_ = bucket;
      due_.clear();
      taken_ = 0;
    }
    if (bucket <= current_) {
      due_.push_back(event);
      MoveForward(due_.size() - 1, taken_);
    } else if (bucket < current_ + static_cast<std::int64_t>(ring_.size())) {
      PutInRing(bucket, event);
    } else {
      far_.push_back(event);
    }
    next_ = std::min(next_, event.at);
  }

  // The earliest one; there must be one.
  Event Take() {
    const Event event = due_[taken_++];
    if (taken_ < due_.size()) {
      next_ = due_[taken_].at;
    } else {
      TurnPage();
    }
    return event;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static constexpr std::size_t kFew = 16;  // events that are sorted one by one

  // Of a bucket's list, or of the list of free ones.
  struct Node {
    Event event;
    std::uint32_t next = kNone;
  };

  static bool Before(const Event& a, const Event& b) { return a.at < b.at; }
  std::int64_t BucketOf(double at) const { return static_cast<std::int64_t>(at * per_width_); }
  std::uint32_t& Slot(std::int64_t bucket) { return ring_[static_cast<std::size_t>(bucket) & (ring_.size() - 1)]; }

  void PutInRing(std::int64_t bucket, const Event& event) {
    std::uint32_t place = free_;
    if (place == kNone) {
      place = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
    } else {
      free_ = nodes_[place].next;
    }
    std::uint32_t& slot = Slot(bucket);
    nodes_[place] = {event, slot};
    slot = place;
    ++in_ring_;
  }

  // The event at `place` of due_ goes before all later ones, as far as `first`.
  void MoveForward(std::size_t place, std::size_t first) {
    const Event event = due_[place];
    for (; place > first && event.at < due_[place - 1].at; --place) due_[place] = due_[place - 1];
    due_[place] = event;
  }

  void TurnPage() {
    due_.clear();
    taken_ = 0;
    next_ = kNever;
    if (in_ring_ == 0) {
      if (far_.empty()) return;
      current_ = BucketOf(std::min_element(far_.begin(), far_.end(), Before)->at) - 1;
    }
    do {
      ++current_;
      if (!far_.empty()) BringNear();
    } while (Slot(current_) == kNone);
    EmptySlot(Slot(current_));
    next_ = due_.front().at;
  }

  // Its list has the last event first.
  void EmptySlot(std::uint32_t& slot) {
    std::uint32_t last = slot;
    for (std::uint32_t place = slot; place != kNone; place = nodes_[place].next) {
      due_.push_back(nodes_[place].event);
      last = place;
    }
    nodes_[last].next = free_;
    free_ = slot;
    slot = kNone;
    in_ring_ -= due_.size();
    std::reverse(due_.begin(), due_.end());
    if (due_.size() > kFew) {
      std::stable_sort(due_.begin(), due_.end(), Before);
    } else {
      for (std::size_t i = 1; i < due_.size(); ++i) MoveForward(i, 0);
    }
  }

  void BringNear() {
    const std::int64_t end = current_ + static_cast<std::int64_t>(ring_.size());
    const auto near = [&](const Event& event) { return BucketOf(event.at) < end; };
    for (const Event& event : far_) {
      if (near(event)) PutInRing(BucketOf(event.at), event);
    }
    std::erase_if(far_, near);
  }

  double per_width_;
  std::vector<std::uint32_t> ring_;  // the last node of each bucket
  std::vector<Node> nodes_;
  std::uint32_t free_ = kNone;
  std::vector<Event> far_;  // beyond the ring, in the order in which they were added
  std::vector<Event> due_;  // the current bucket, sorted, from taken_ on
  std::size_t taken_ = 0;
  std::size_t in_ring_ = 0;
  std::int64_t current_ = 0;
  double next_ = kNever;
};

}  // namespace propius
