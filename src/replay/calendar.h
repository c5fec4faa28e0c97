// Events by time, equal times in the order in which they were added: a ring of buckets, each sorted when its turn
// comes. Adding and taking cost the same whether ten events wait or ten thousand, which a heap cannot say.
#pragma once

#include <algorithm>
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

  // `width` is the span of a bucket in the unit of `at`. Best with a handful of events in each.
  Calendar(double width, std::size_t buckets) : per_width_(1 / width), ring_(buckets) {}

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
      const auto place =
          std::upper_bound(due_.begin() + static_cast<std::ptrdiff_t>(taken_), due_.end(), event, Before);
      due_.insert(place, event);
    } else if (bucket < current_ + static_cast<std::int64_t>(ring_.size())) {
      Slot(bucket).push_back(event);
      ++in_ring_;
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
  static bool Before(const Event& a, const Event& b) { return a.at < b.at; }
  std::int64_t BucketOf(double at) const { return static_cast<std::int64_t>(at * per_width_); }
  std::vector<Event>& Slot(std::int64_t bucket) { return ring_[static_cast<std::size_t>(bucket) % ring_.size()]; }

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
    } while (Slot(current_).empty());
    due_.swap(Slot(current_));
    in_ring_ -= due_.size();
    std::stable_sort(due_.begin(), due_.end(), Before);
    next_ = due_.front().at;
  }

  void BringNear() {
    const std::int64_t end = current_ + static_cast<std::int64_t>(ring_.size());
    const auto near = [&](const Event& event) { return BucketOf(event.at) < end; };
    for (const Event& event : far_) {
      if (!near(event)) continue;
      Slot(BucketOf(event.at)).push_back(event);
      ++in_ring_;
    }
    std::erase_if(far_, near);
  }

  double per_width_;
  std::vector<std::vector<Event>> ring_;
  std::vector<Event> far_;  // beyond the ring, in the order in which they were added
  std::vector<Event> due_;  // the current bucket, sorted, from taken_ on
  std::size_t taken_ = 0;
  std::size_t in_ring_ = 0;
  std::int64_t current_ = 0;
  double next_ = kNever;
};

}  // namespace propius
