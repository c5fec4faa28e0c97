#include "scheduling/supply_ring.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace propius {

SupplyRing::SupplyRing(Duration window, std::uint32_t buckets)
    : width_(window / std::max(buckets, 1U)), buckets_(std::max(buckets, 1U) - 1), current_(1), older_(1) {
  CHECK(width_ > Duration{0});
}

void SupplyRing::AddCell() {
  current_.push_back(0);
  older_.push_back(0);
}

void SupplyRing::Advance(Time now) {
  if (!started_) return;
  if (now >= bucket_end_) Step(now);
  latest_ = std::max(latest_, now);
}

void SupplyRing::Step(Time now) {
  if (!started_) {
    started_ = true;
    first_ = now;
    bucket_end_ = now + width_;
    return;
  }
  // After a silence of more than the window, every bucket is empty: no need to walk through it.
  const auto over = static_cast<std::uint64_t>((now - bucket_end_) / width_) + 1;
  const std::uint64_t steps = std::min<std::uint64_t>(over, buckets_.size() + 1);
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (!buckets_.empty()) {
      buckets_[at_] = current_;
      at_ = (at_ + 1) % buckets_.size();
    }
    std::ranges::fill(current_, 0.0);
  }
  bucket_end_ += width_ * static_cast<Duration::rep>(over);
  SumOlder();
}

// Anew rather than by difference: parts of counts would leave a remainder that never goes.
void SupplyRing::SumOlder() {
  older_.assign(current_.size(), 0);
  for (const std::vector<double>& bucket : buckets_) {
    for (std::size_t cell = 0; cell < bucket.size(); ++cell) older_[cell] += bucket[cell];
  }
}

double SupplyRing::CoveredSeconds() const {
  if (!started_) return 1;
  const Time oldest = bucket_end_ - width_ * static_cast<Duration::rep>(buckets_.size() + 1);
  return std::max(Seconds(latest_ - std::max(first_, oldest)), 1.0);
}

void SupplyRing::Regroup(std::span<const Transfer> transfers, std::size_t cells) {
  const auto regroup = [&](std::vector<double>& counts) {
    std::vector<double> regrouped(cells);
    for (const Transfer& transfer : transfers) {
      if (transfer.from < counts.size()) regrouped[transfer.to] += counts[transfer.from] * transfer.share;
    }
    counts = std::move(regrouped);
  };
  for (std::vector<double>& bucket : buckets_) {
    if (!bucket.empty()) regroup(bucket);
  }
  regroup(current_);
  SumOlder();
}

}  // namespace propius
