// Counts over a sliding window, one per cell: a ring of buckets, of which the current one is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace propius {

class SupplyRing {
 public:
  // Begins with one cell.
  SupplyRing(Duration window, std::uint32_t buckets);

  std::size_t cells() const { return current_.size(); }
  void AddCell();

  // O(1) within a bucket. A time before one already seen counts as that one; a cell that is not there is cell 0.
  void Count(std::size_t cell, Time now) {
    if (now >= bucket_end_) Step(now);
    if (now > latest_) latest_ = now;
    current_[cell < current_.size() ? cell : 0] += 1;
  }
  // Drops the buckets that have left the window at `now`; never goes back. Nothing before the first count.
  void Advance(Time now);

  // In the window, by cell.
  double Sum(std::size_t cell) const { return older_[cell] + current_[cell]; }
  // What the sums cover: the window, less what is still to come of the current bucket, or the time since the first
  // count while that is shorter; at least 1 s, so that the first counts give rates at all.
  double CoveredSeconds() const;

  // The past of cell `from` goes to cell `to`, by this share.
  struct Transfer {
    std::size_t from = 0;
    std::size_t to = 0;
    double share = 1;
  };
  // Numbers the cells anew; what no transfer names is lost.
  void Regroup(std::span<const Transfer> transfers, std::size_t cells);

 private:
  void Step(Time now);
  void SumOlder();

  Duration width_;
  std::vector<std::vector<double>> buckets_;  // by bucket, then cell; may lack the latest cells
  std::size_t at_ = 0;                        // where the current bucket goes when it is over
  std::vector<double> current_;
  std::vector<double> older_;  // sums over buckets_
  bool started_ = false;
  Time first_;
  Time latest_ = Time::min();
  Time bucket_end_ = Time::min();
};

}  // namespace propius
