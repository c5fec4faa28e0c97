#include "scheduling/policies/fluid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "scheduling/policies/fluid_order.h"
#include "scheduling/policies/fluid_view.h"

namespace propius {
namespace {

constexpr Duration kReviewEvery = 24h;
// A supply that differs by this share from the one planned with makes another plan.
constexpr double kSupplyChange = 0.2;
// With this share of its binds timed, a job can be cared for.
constexpr double kMostlyTimed = 0.5;

class Fluid final : public Policy {
 public:
  Fluid(FluidOptions options, std::unique_ptr<Policy> without_speed)
      : options_(options), without_speed_(std::move(without_speed)) {}

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    if (!MostlyTimed(seen)) return without_speed_->MakePlan(seen, chance);
    if (IsStale(seen)) Review(seen);
    return PlanOf(seen);
  }

 private:
  bool Timed(const Snapshot& seen, const KnownJob& job) const {
    return job.work.stated() && seen.experience.TimedShare(job.job).value_or(1) >= kMostlyTimed;
  }

  bool MostlyTimed(const Snapshot& seen) const {
    std::size_t timed = 0;
    for (const KnownJob& job : seen.jobs) timed += Timed(seen, job) ? 1 : 0;
    return 2 * timed >= seen.jobs.size();
  }

  bool IsStale(const Snapshot& seen) const {
    if (!std::ranges::equal(jobs_, seen.jobs, {}, {}, &KnownJob::job)) return true;
    if (seen.now - reviewed_at_ >= kReviewEvery) return true;
    return std::abs(seen.supply.TotalRate() - planned_rate_) > kSupplyChange * planned_rate_;
  }

  // The order so far with the new jobs where their remaining work puts them.
  FluidOrder CurrentOrder(const FluidModel& model, const Snapshot& seen) const {
    FluidOrder order;
    for (const JobId job : ranking_) {
      const auto found = std::ranges::lower_bound(seen.jobs, job, {}, &KnownJob::job);
      if (found == seen.jobs.end() || found->job != job) continue;
      order.push_back(static_cast<std::uint32_t>(found - seen.jobs.begin()));
    }
    for (std::uint32_t i = 0; i < seen.jobs.size(); ++i) {
      if (std::ranges::binary_search(jobs_, seen.jobs[i].job)) continue;
      const double key = WorkKey(model, i);
      const auto after = std::ranges::find_if(order, [&](std::uint32_t other) { return WorkKey(model, other) > key; });
      order.insert(after, i);
    }
    return order;
  }

  void Review(const Snapshot& seen) {
    FluidModel model = ViewAsFluid(seen, options_.ageing);
    order_ = ImproveOrder(model, CurrentOrder(model, seen));
    available_ = model.Available(order_);
    supply_.clear();
    jobs_.clear();
    for (std::uint32_t i = 0; i < seen.jobs.size(); ++i) {
      supply_.push_back(model.Supply(i));
      jobs_.push_back(seen.jobs[i].job);
    }
    ranking_.clear();
    for (const std::uint32_t i : order_) ranking_.push_back(seen.jobs[i].job);
    reviewed_at_ = seen.now;
    planned_rate_ = seen.supply.TotalRate();
  }

  Plan PlanOf(const Snapshot& seen) const {
    std::vector<bool> open(seen.jobs.size());
    for (const OpenRequest& request : seen.requests) open[request.known] = true;
    const double success = seen.experience.SuccessShare();
    Plan plan;
    Group& everyone = plan.groups.emplace_back();
    everyone.order.reserve(seen.requests.size());
    plan.terms.reserve(seen.requests.size());
    for (const std::uint32_t i : order_) {
      if (!open[i]) continue;
      everyone.order.push_back(seen.jobs[i].job);
      JobTerms& terms = plan.terms.emplace_back();
      terms.job = seen.jobs[i].job;
      terms.care = RoundCare{.available_rate = available_[i],
                             .supply_rate = supply_[i],
                             .success = success,
                             .strict_need = Timed(seen, seen.jobs[i])};
    }
    return plan;
  }

  FluidOptions options_;
  std::unique_ptr<Policy> without_speed_;

  // Of the last review. By index of the job in that snapshot, which is that of every snapshot with the same jobs.
  std::vector<JobId> jobs_;
  std::vector<JobId> ranking_;
  FluidOrder order_;
  std::vector<double> available_;
  std::vector<double> supply_;
  Time reviewed_at_;
  double planned_rate_ = 0;
};

}  // namespace

std::unique_ptr<Policy> MakeFluid(FluidOptions options, std::unique_ptr<Policy> without_speed) {
  return std::make_unique<Fluid>(options, std::move(without_speed));
}

}  // namespace propius
