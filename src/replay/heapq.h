// Python's heapq, step for step: among entries of which none is less than the other, where they lie decides who comes
// first, and that follows from the algorithm.
#pragma once

#include <cstddef>
#include <vector>

namespace propius {

template <typename Entry>
class Heapq {
 public:
  // To the end of a list that is not yet a heap.
  void Append(const Entry& entry) { heap_.push_back(entry); }
  void Heapify() {
    for (std::size_t root = heap_.size() / 2; root-- > 0;) SiftUp(root);
  }
  void Push(const Entry& entry) {
    heap_.push_back(entry);
    SiftDown(0, heap_.size() - 1);
  }
  // There must be one.
  Entry Pop() {
    const Entry last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return last;
    const Entry first = heap_.front();
    heap_.front() = last;
    SiftUp(0);
    return first;
  }

 private:
  // As heapq names them: an entry goes to a leaf, the lesser child taking its place each time, and back from there.
  void SiftUp(std::size_t at) {
    const std::size_t start = at;
    const std::size_t size = heap_.size();
    const Entry entry = heap_[at];
    for (std::size_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size) child += heap_[child] < heap_[child + 1] ? 0 : 1;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = entry;
    SiftDown(start, at);
  }

  void SiftDown(std::size_t start, std::size_t at) {
    const Entry entry = heap_[at];
    while (at > start) {
      const std::size_t parent = (at - 1) / 2;
      if (!(entry < heap_[parent])) break;
      heap_[at] = heap_[parent];
      at = parent;
    }
    heap_[at] = entry;
  }

  std::vector<Entry> heap_;
};

}  // namespace propius
