// The requests of one group in the order in which Python's heapq would keep them: which of two equal demands is served
// depends on it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "replay/scheduler.h"

namespace propius {

class HeapQueue {
 public:
  struct Entry {
    std::uint32_t amount = 0;
    std::uint64_t id = 0;
    JobPlace job = 0;

    friend bool operator<(const Entry& a, const Entry& b) {
      return a.amount != b.amount ? a.amount < b.amount : a.id < b.id;
    }
  };

  bool empty() const { return heap_.empty(); }
  const std::vector<Entry>& entries() const { return heap_; }

  void Push(const Entry& entry) {
    if (Find(entry.job) != heap_.end()) return;
    heap_.push_back(entry);
    for (std::size_t at = heap_.size() - 1; at > 0 && heap_[at] < heap_[(at - 1) / 2]; at = (at - 1) / 2) {
      std::swap(heap_[at], heap_[(at - 1) / 2]);
    }
  }

  // The rest close up and are made a heap anew.
  void Remove(JobPlace job) {
    const auto found = Find(job);
    if (found == heap_.end()) return;
    heap_.erase(found);
    for (std::size_t root = heap_.size() / 2; root-- > 0;) Sink(root);
  }

 private:
  std::vector<Entry>::iterator Find(JobPlace job) { return std::ranges::find(heap_, job, &Entry::job); }

  void Sink(std::size_t at) {
    for (std::size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1) {
      if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
      if (!(heap_[child] < heap_[at])) return;
      std::swap(heap_[at], heap_[child]);
      at = child;
    }
  }

  std::vector<Entry> heap_;
};

}  // namespace propius
