#include "scheduling/policies/fluid_model.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace propius {
namespace {

constexpr double kNever = 365.0 * 86'400;
// With many jobs several may end in one step of the model, so that an order is judged in O(n log n): a share of them,
// one by so many, that keeps an order of thousands of jobs on a hundred streams at milliseconds.
constexpr double kMostShares = 64;
constexpr double kLeastShares = 8;
constexpr double kWorkOfAnOrder = 4e6;
// After so many jobs in a row that get nothing, and two for each kind, nothing is left for those behind them.
constexpr std::size_t kManyIdle = 64;

}  // namespace

FluidModel::FluidModel(FluidFleet fleet, std::vector<FluidJob> jobs)
    : fleet_(std::move(fleet)), jobs_(std::move(jobs)) {
  for (const auto& streams : fleet_.streams_of) {
    double& sum = supply_.emplace_back(0);
    for (const std::uint32_t stream : streams) sum += fleet_.rates[stream];
  }
  double touched = 1;
  for (const FluidJob& job : jobs_) touched += static_cast<double>(fleet_.streams_of[job.kind].size());
  shares_ = static_cast<std::size_t>(std::clamp(kWorkOfAnOrder / touched, kLeastShares, kMostShares));
  least_rate_ = std::numeric_limits<double>::max();
  for (const FluidJob& job : jobs_) {
    if (job.limit > job.tail) least_rate_ = std::min(least_rate_, job.devices / (job.limit - job.tail));
  }
}

// Rounds per second of the job from what is left in its streams; takes its share of them.
double FluidModel::TakeShare(const FluidJob& job) {
  const std::vector<std::uint32_t>& streams = fleet_.streams_of[job.kind];
  work_ += streams.size() + 1;
  double rate = 0;
  for (const std::uint32_t stream : streams) rate += left_[stream];
  if (rate <= 0) return 0;
  const double acquiring = job.devices / rate;
  const double cycle = acquiring + job.tail;
  if (!(cycle <= job.limit)) return 0;
  const double kept = job.tail / cycle;
  for (const std::uint32_t stream : streams) left_[stream] *= kept;
  total_left_ -= rate * (1 - kept);
  return 1 / cycle;
}

double FluidModel::Cost(const FluidOrder& order) {
  remaining_.resize(jobs_.size());
  for (std::size_t i = 0; i < jobs_.size(); ++i) remaining_[i] = jobs_[i].rounds;
  alive_ = order;
  double total = 0;
  for (const double rate : fleet_.rates) total += rate;
  double time = 0;
  double cost = 0;
  while (!alive_.empty()) {
    left_ = fleet_.rates;
    total_left_ = total;
    speed_.clear();
    ends_.clear();
    std::size_t idle = 0;
    for (const std::uint32_t index : alive_) {
      if (total_left_ < least_rate_ || idle > kManyIdle + 2 * supply_.size()) break;
      const double speed = TakeShare(jobs_[index]);
      speed_.push_back(speed);
      ++idle;
      if (speed <= 0) continue;
      idle = 0;
      ends_.push_back(remaining_[index] / speed);
    }
    if (ends_.empty()) break;
    const std::size_t ending = std::min(ends_.size() - 1, alive_.size() / shares_);
    std::ranges::nth_element(ends_, ends_.begin() + static_cast<std::ptrdiff_t>(ending));
    const double step = ends_[ending];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < alive_.size(); ++i) {
      const std::uint32_t index = alive_[i];
      const double speed = i < speed_.size() ? speed_[i] : 0;
      if (speed > 0 && remaining_[index] <= step * speed) {
        cost += time + remaining_[index] / speed;
        continue;
      }
      remaining_[index] -= step * speed;
      alive_[kept++] = index;
    }
    alive_.resize(kept);
    time += step;
  }
  return cost + static_cast<double>(alive_.size()) * (time + kNever);
}

std::vector<FluidModel::Service> FluidModel::Serve(const FluidOrder& order) {
  std::vector<Service> served(jobs_.size());
  left_ = fleet_.rates;
  for (const std::uint32_t index : order) {
    for (const std::uint32_t stream : fleet_.streams_of[jobs_[index].kind]) served[index].available += left_[stream];
    served[index].speed = TakeShare(jobs_[index]);
  }
  return served;
}

}  // namespace propius
