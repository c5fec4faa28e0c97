// Sessions in memory, sixteen bytes each, in blocks: a trace grows without being copied, so a hundred million of them
// never need room for more than themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "workload/workload.h"

namespace propius {

class StoredSessions {
 public:
  struct Stay {
    std::int64_t start = 0;  // microseconds
    std::int64_t end = 0;
  };

  void Add(std::int64_t start, std::int64_t end) {
    if (size_ % kBlock == 0) blocks_.push_back(std::make_unique<Stay[]>(kBlock));
    if (start < last_start_) sorted_ = false;
    last_start_ = start;
    blocks_.back()[size_ % kBlock] = {start, end};
    ++size_;
  }
  std::size_t size() const { return size_; }
  const Stay& operator[](std::size_t i) const { return blocks_[i / kBlock][i % kBlock]; }
  // By start; equal starts stay in the order in which they came.
  void Sort();

 private:
  static constexpr std::size_t kBlock = 1 << 16;

  std::vector<std::unique_ptr<Stay[]>> blocks_;
  std::size_t size_ = 0;
  std::int64_t last_start_ = 0;
  bool sorted_ = true;
};

// Sorts; the device of a session is its place in that order. Ends five days after it begins, or a whole number of
// times five days where that is not enough.
std::shared_ptr<const SessionTrace> MakeStoredTrace(StoredSessions sessions);

}  // namespace propius
