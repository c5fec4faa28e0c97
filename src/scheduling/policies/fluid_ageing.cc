#include "scheduling/policies/fluid_ageing.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "scheduling/policies/fluid_imagined.h"

namespace propius {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kSlowestRate = 1e-9;
constexpr double kLongestLimit = 1e10;
// How much later than imagined a job may be at strength 1.
constexpr double kLatest = 1.75;
// Of looks for jobs that have become urgent.
constexpr double kLeastPause = 600;
constexpr double kLongestPause = 86'400;

}  // namespace

FluidAgeing::FluidAgeing(double strength) : limit_(strength > 0 ? 1 + kLatest / strength : kForever) {}

// Seconds from registration to the imagined end, as far as can be said now.
double FluidAgeing::Imagined::EndsAfter(double elapsed) const {
  if (ended >= 0) return ended;
  return speed > 0 ? elapsed + (total - done) / speed : kForever;
}

void FluidAgeing::Advance(const Snapshot& seen, const FluidView& view) {
  if (limit_ == kForever) return;
  const FluidModel model(view.fleet, view.jobs);
  const std::vector<Imagined> before = std::exchange(jobs_, {});
  for (std::uint32_t i = 0; i < seen.jobs.size(); ++i) {
    const KnownJob& job = seen.jobs[i];
    const auto known = std::ranges::lower_bound(before, job.job, {}, &Imagined::job);
    const bool is_new = known == before.end() || known->job != job.job;
    Imagined& imagined = jobs_.emplace_back(is_new ? Imagined{} : *known);
    imagined.job = job.job;
    imagined.registered_at = job.registered_at;
    imagined.total = RoundsLeft(job) + job.rounds_done;
    const double cycle = view.jobs[i].devices / std::max(model.Supply(i), kSlowestRate) + view.jobs[i].tail;
    imagined.alone_left = RoundsLeft(job) * cycle;
    if (is_new || imagined.ended >= 0) continue;
    const double elapsed = Seconds(now_ - job.registered_at);
    const double end = imagined.EndsAfter(elapsed);
    imagined.done += imagined.speed * Seconds(seen.now - now_);
    if (imagined.done >= imagined.total) imagined.ended = std::max(end, 1.0);
  }

  std::vector<bool> waiting(jobs_.size());
  for (std::size_t i = 0; i < jobs_.size(); ++i) waiting[i] = jobs_[i].ended < 0;
  const std::vector<double> speeds = SpeedsWithVenn(seen, view, waiting);
  now_ = seen.now;
  next_look_ = Time::max();
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    Imagined& job = jobs_[i];
    const double elapsed = Seconds(now_ - job.registered_at);
    const bool is_new = job.speed == 0 && job.done == 0;
    job.speed = speeds[i];
    // Of a job that was here before this policy, only its age is known.
    if (is_new) job.done = std::min(job.total, job.speed * elapsed);
    const double spare = limit_ * job.EndsAfter(elapsed) - elapsed - job.alone_left;
    if (spare <= 0 || spare == kForever) continue;
    next_look_ = std::min(next_look_, now_ + FromSeconds(std::clamp(spare, kLeastPause, kLongestPause)));
  }
}

FluidOrder FluidAgeing::Urgent() const {
  std::vector<std::pair<Time, std::uint32_t>> due;
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const Imagined& job = jobs_[i];
    const double elapsed = Seconds(now_ - job.registered_at);
    const double limit = limit_ * job.EndsAfter(elapsed);
    if (elapsed + job.alone_left < limit) continue;
    due.emplace_back(job.registered_at + FromSeconds(std::min(limit, kLongestLimit)), i);
  }
  std::ranges::sort(due);
  FluidOrder urgent;
  for (const auto& [at, job] : due) urgent.push_back(job);
  return urgent;
}

}  // namespace propius
