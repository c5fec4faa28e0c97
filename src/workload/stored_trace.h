// Sessions in memory, little more than sixteen bytes each: a trace grows and is sorted without being copied, so a
// hundred million of them never need room for more than themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "workload/workload.h"

namespace propius {

class StoredSessions {
 public:
  struct Stay {
    std::int64_t start = 0;  // microseconds
    std::int64_t end = 0;
  };

  void Add(std::int64_t start, std::int64_t end) {
    if (!stays_.empty() && start < stays_.back().start) sorted_ = false;
    stays_.push_back({start, end});
  }
  std::size_t size() const { return stays_.size(); }
  const Stay& operator[](std::size_t i) const { return stays_[i]; }
  // By start; equal starts stay in the order in which they came.
  void Sort();

 private:
  std::deque<Stay> stays_;
  bool sorted_ = true;
};

// Sorts; the device of a session is its place in that order. Ends five days after it begins, or a whole number of
// times five days where that is not enough.
std::shared_ptr<const SessionTrace> MakeStoredTrace(StoredSessions sessions);

}  // namespace propius
