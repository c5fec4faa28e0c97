#include "scheduling/policies/fluid_ageing.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace propius {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kSlowestRate = 1e-9;
// How much later than imagined a job may be at strength 1.
constexpr double kLatest = 1.5;
// Of an even share of its devices, a job has at least so much in imagination: with rounds that are small first alone,
// one of large rounds would not move at all, as with Venn it does when it is nearly full.
constexpr double kLeastShare = 0.5;
// Of looks for jobs that have become urgent.
constexpr double kLeastPause = 600;
constexpr double kLongestPause = 86'400;

// Venn binds the whole demand.
std::vector<FluidJob> WithWholeDemand(const Snapshot& seen, std::vector<FluidJob> jobs) {
  for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].devices = seen.jobs[i].demand;
  return jobs;
}

// Scarce devices to the jobs that have no others; among those that share devices, the smallest round first.
FluidOrder ServedAsVennDoes(const Snapshot& seen, const FluidModel& model) {
  FluidOrder order(model.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::tuple(model.Supply(i), seen.jobs[i].demand, i); });
  return order;
}

}  // namespace

FluidAgeing::FluidAgeing(double strength) : limit_(strength > 0 ? 1 + kLatest / strength : kForever) {}

// Seconds from registration to the imagined end, as far as can be said now.
double FluidAgeing::Imagined::EndsAfter(double elapsed) const {
  if (ended >= 0) return ended;
  return speed > 0 ? elapsed + (total - done) / speed : kForever;
}

void FluidAgeing::Advance(const Snapshot& seen, const FluidView& view) {
  if (limit_ == kForever) return;
  FluidModel model(view.fleet, WithWholeDemand(seen, view.jobs));
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

  FluidOrder order = ServedAsVennDoes(seen, model);
  std::erase_if(order, [&](std::uint32_t i) { return jobs_[i].ended >= 0; });
  const std::vector<FluidModel::Service> served = model.Serve(order);
  std::vector<double> sharing(view.fleet.streams_of.size());
  for (const std::uint32_t i : order) sharing[view.jobs[i].kind] += 1;
  now_ = seen.now;
  next_look_ = Time::max();
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    Imagined& job = jobs_[i];
    const double elapsed = Seconds(now_ - job.registered_at);
    const bool is_new = job.speed == 0 && job.done == 0;
    const double alone = RoundsLeft(seen.jobs[i]) / job.alone_left;
    job.speed = std::max(served[i].speed, kLeastShare * alone / std::max(1.0, sharing[view.jobs[i].kind]));
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
    if (elapsed + job.alone_left >= limit) due.emplace_back(job.registered_at + FromSeconds(limit), i);
  }
  std::ranges::sort(due);
  FluidOrder urgent;
  for (const auto& [at, job] : due) urgent.push_back(job);
  return urgent;
}

}  // namespace propius
