#include "scheduling/policies/fluid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "scheduling/policies/fluid_ageing.h"
#include "scheduling/policies/fluid_order.h"
#include "scheduling/policies/fluid_task_times.h"
#include "scheduling/policies/fluid_view.h"

namespace propius {
namespace {

constexpr Duration kReviewEvery = 24h;
// Beyond so many jobs an order costs milliseconds: it is then made at most so often, and jobs that come between two
// find their place by their remaining work.
constexpr std::size_t kManyJobs = 200;
constexpr Duration kLeastPause = 1min;
// Of looks whether devices state their speed, and which jobs have become urgent.
constexpr Duration kLookEvery = 10min;
// A supply that differs by this share from the one planned with makes another plan.
constexpr double kSupplyChange = 0.2;
// With this share of its binds timed, a job can be cared for.
constexpr double kMostlyTimed = 0.5;

// A job that gets this share of the devices it could use is not one that gets the slow ones that others leave.
constexpr double kChoice = 0.5;
// Jobs that the order leaves every device are choosy about stragglers, jobs that get what is left are not: parts of the
// task time that three of five devices stay below.
constexpr double kLeastPatience = 0.75;
constexpr double kMorePatience = 0.75;

void MoveToFront(FluidOrder& order, const FluidOrder& first) {
  std::vector<bool> moved(order.size());
  for (const std::uint32_t job : first) moved[job] = true;
  std::erase_if(order, [&](std::uint32_t job) { return moved[job]; });
  order.insert(order.begin(), first.begin(), first.end());
}

// What is kept of a job from one plan to the next.
struct Kept {
  JobId job;
  FluidModel::Service service;
  double supply = 0;
  bool timed = true;
  bool measured = false;  // how slow its devices are
};

double WorkLeft(const KnownJob& job) { return RoundsLeft(job) * job.target; }

class Fluid final : public Policy {
 public:
  Fluid(FluidOptions options, std::unique_ptr<Policy> without_speed)
      : ageing_(options.ageing), without_speed_(std::move(without_speed)) {}

  Plan MakePlan(const Snapshot& seen, Rng& chance) override {
    ageing_.Advance(seen, task_times_);
    const bool same_jobs = std::ranges::equal(jobs_, seen.jobs, {}, &Kept::job, &KnownJob::job);
    if (!same_jobs && seen.jobs.size() > kManyJobs && seen.now - reviewed_at_ < kLeastPause) {
      Amend(seen);
    } else if (!same_jobs || IsStale(seen)) {
      Review(seen);
    }
    if (seen.now >= next_look_) LookForSpeeds(seen);
    if (mostly_timed_) return PlanOf(seen);
    if (without_speed_) return without_speed_->MakePlan(seen, chance);
    Plan plan = PlanOf(seen);
    plan.terms.clear();
    return plan;
  }

 private:
  // Of the same jobs.
  bool IsStale(const Snapshot& seen) const {
    if (seen.now - reviewed_at_ >= (amended_ ? kLeastPause : kReviewEvery)) return true;
    if (std::abs(seen.supply.TotalRate() - planned_rate_) > kSupplyChange * planned_rate_) return true;
    return seen.now >= next_look_ && ageing_.Urgent(seen) != urgent_;
  }

  const Kept* Find(JobId job) const {
    const auto found = std::ranges::lower_bound(jobs_, job, {}, &Kept::job);
    return found == jobs_.end() || found->job != job ? nullptr : &*found;
  }

  // The order so far with the new jobs where their remaining work puts them.
  FluidOrder CurrentOrder(const Snapshot& seen) const {
    FluidOrder order;
    for (const JobId job : ranking_) {
      const auto found = std::ranges::lower_bound(seen.jobs, job, {}, &KnownJob::job);
      if (found == seen.jobs.end() || found->job != job) continue;
      order.push_back(static_cast<std::uint32_t>(found - seen.jobs.begin()));
    }
    std::vector<double> work;
    work.reserve(seen.jobs.size());
    for (const KnownJob& job : seen.jobs) work.push_back(WorkLeft(job));
    for (std::uint32_t i = 0; i < seen.jobs.size(); ++i) {
      if (Find(seen.jobs[i].job) != nullptr) continue;
      const auto after = std::ranges::find_if(order, [&](std::uint32_t other) { return work[other] > work[i]; });
      order.insert(after, i);
    }
    return order;
  }

  void Review(const Snapshot& seen) {
    FluidView view = ViewAsFluid(seen);
    FluidModel model(std::move(view.fleet), std::move(view.jobs));
    FluidOrder current = CurrentOrder(seen);
    urgent_ = ageing_.Urgent(seen);
    MoveToFront(current, urgent_);
    order_ = ImproveOrder(model, std::move(current), {.fixed = urgent_.size()});
    const std::vector<FluidModel::Service> service = model.Serve(order_);

    Keep(seen);
    for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
      jobs_[i].service = service[i];
      jobs_[i].supply = model.Supply(i);
    }
    reviewed_at_ = seen.now;
    planned_rate_ = seen.supply.TotalRate();
    amended_ = false;
  }

  // Takes new jobs in and finished ones out until the next review.
  void Amend(const Snapshot& seen) {
    order_ = CurrentOrder(seen);
    Keep(seen);
    amended_ = true;
  }

  // Brings what is kept to the jobs seen, in the order made for them.
  void Keep(const Snapshot& seen) {
    std::vector<Kept> jobs;
    jobs.reserve(seen.jobs.size());
    for (const KnownJob& job : seen.jobs) {
      const Kept* before = Find(job.job);
      if (before != nullptr) {
        jobs.push_back(*before);
        continue;
      }
      Kept& added = jobs.emplace_back();
      added.job = job.job;
      added.supply = seen.supply.Rate(job.predicate);
      added.service.available = added.supply;
    }
    jobs_ = std::move(jobs);
    ranking_.clear();
    for (const std::uint32_t i : order_) ranking_.push_back(seen.jobs[i].job);
    next_look_ = seen.now;
  }

  // A job without a bind yet is taken to meet the same devices as the others.
  void LookForSpeeds(const Snapshot& seen) {
    next_look_ = seen.now + kLookEvery;
    double sum = 0;
    double jobs = 0;
    for (const KnownJob& job : seen.jobs) {
      const std::optional<double> share = seen.experience.TimedShare(job.job);
      if (!share || !job.work.stated()) continue;
      sum += *share;
      jobs += 1;
    }
    const double usual = jobs > 0 ? sum / jobs : 1;
    std::size_t timed = 0;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const KnownJob& job = seen.jobs[i];
      jobs_[i].timed = job.work.stated() && seen.experience.TimedShare(job.job).value_or(usual) >= kMostlyTimed;
      timed += jobs_[i].timed ? 1 : 0;
    }
    mostly_timed_ = 2 * timed >= jobs_.size();
  }

  // Once for a job, before patience narrows which devices it gets, and between rounds: the first reports of a round are
  // those of the fastest.
  void Measure(const Snapshot& seen, const OpenRequest& request) {
    Kept& job = jobs_[request.known];
    if (job.measured) return;
    const RoundStanding* round = seen.experience.Standing({request.job, request.round});
    const TierProfile* tiers = seen.experience.Tiers(request.job);
    if (round == nullptr || round->accepted > 0 || tiers == nullptr) return;
    const bool choice = job.service.available >= kChoice * job.supply;
    job.measured = task_times_.Learn(*tiers, seen.JobOf(request).work, choice);
  }

  RoundCare CareFor(const KnownJob& job, const Kept& kept, double success) const {
    RoundCare care{.available_rate = kept.service.available, .supply_rate = kept.supply, .success = success};
    care.strict_need = kept.timed;
    care.patience = Duration::max();
    const double usual = task_times_.ThreeOfFive(job.work);
    if (usual > 0 && kept.supply > 0) {
      const double taken = 1 - kept.service.available / kept.supply;
      care.patience = FromSeconds((kLeastPatience + kMorePatience * taken) * usual);
    }
    return care;
  }

  Plan PlanOf(const Snapshot& seen) {
    std::vector<bool> open(seen.jobs.size());
    for (const OpenRequest& request : seen.requests) {
      open[request.known] = true;
      Measure(seen, request);
    }
    const double success = seen.experience.SuccessShare();
    Plan plan;
    Group& everyone = plan.groups.emplace_back();
    everyone.order.reserve(seen.requests.size());
    plan.terms.reserve(seen.requests.size());
    for (const std::uint32_t i : order_) {
      if (!open[i]) continue;
      everyone.order.push_back(jobs_[i].job);
      JobTerms& terms = plan.terms.emplace_back();
      terms.job = jobs_[i].job;
      terms.care = CareFor(seen.jobs[i], jobs_[i], success);
    }
    return plan;
  }

  FluidAgeing ageing_;
  std::unique_ptr<Policy> without_speed_;

  // Of the last review. By index of the job in that snapshot, which is that of every snapshot with the same jobs.
  std::vector<Kept> jobs_;
  FluidOrder urgent_;
  FluidOrder order_;
  std::vector<JobId> ranking_;
  Time reviewed_at_;
  double planned_rate_ = 0;
  bool amended_ = false;  // since then

  Time next_look_;
  bool mostly_timed_ = true;
  FluidTaskTimes task_times_;
};

}  // namespace

std::unique_ptr<Policy> MakeFluid(FluidOptions options, std::unique_ptr<Policy> without_speed) {
  return std::make_unique<Fluid>(options, std::move(without_speed));
}

}  // namespace propius
