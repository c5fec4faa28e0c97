#include "scheduling/policies/fluid_imagined.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "scheduling/policies/fluid_view.h"
#include "scheduling/policies/venn.h"

namespace propius {
namespace {

constexpr int kMostEvents = 8;
// Jobs that have ended in reality and not yet here: enough for a fleet that is a little slower, not all those of one
// that never gets through its work.
constexpr std::size_t kMostGone = 256;
// A job that has got so far has ended, as its pace foretells. Which of two jobs comes first, the last round of a large
// one or a smaller one that stops it for days, is too much to ask of imagination.
constexpr double kNearlyDone = 0.85;
constexpr double kLeastDevices = 1e-6;  // fewer are none
constexpr double kLongestWait = 1e9;    // seconds

}  // namespace

ImaginedVenn::ImaginedVenn(double spread) : spread_(spread), venn_(*MakeVenn()) {}

void ImaginedVenn::Advance(const Snapshot& seen, const FluidTaskTimes& times) {
  for (int event = 0; event < kMostEvents && next_event_ <= seen.now; ++event) {
    PassTo(next_event_, seen, times);
    Share(seen);
  }
  if (!Has(seen.jobs)) {
    PassTo(std::min(next_event_, seen.now), seen, times);
    Take(seen, times);
    Share(seen);
  }
  std::size_t at = 0;
  for (const KnownJob& job : seen.jobs) {
    while (known_[at].job != job.job) ++at;
    jobs_[at].really_done = job.rounds_done;
  }
}

std::optional<Duration> ImaginedVenn::Lasted(JobId job) const {
  const auto found = std::ranges::lower_bound(known_, job, {}, &KnownJob::job);
  return jobs_[static_cast<std::size_t>(found - known_.begin())].lasted;
}

// Whether the jobs are all those that have not gone.
bool ImaginedVenn::Has(std::span<const KnownJob> jobs) const {
  std::size_t next = 0;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (jobs_[i].gone) continue;
    if (next == jobs.size() || jobs[next].job != known_[i].job) return false;
    ++next;
  }
  return next == jobs.size();
}

void ImaginedVenn::Take(const Snapshot& seen, const FluidTaskTimes& times) {
  const std::vector<KnownJob> known = std::exchange(known_, {});
  const std::vector<Imagined> before = std::exchange(jobs_, {});
  std::vector<bool> has_kind(seen.supply.predicates());
  for (const KnownJob& job : seen.jobs) has_kind[job.predicate] = true;
  std::size_t gone = 0;

  // Both are in the order of ids.
  std::size_t old = 0;
  const auto let_go_until = [&](JobId next) {
    for (; old < known.size() && known[old].job < next; ++old) {
      Imagined job = before[old];
      if (!job.gone) job.total = std::min(job.total, job.really_done + 1.0);
      job.gone = true;
      if (job.ended || !has_kind[known[old].predicate] || known[old].rounds_done >= job.total || gone == kMostGone) {
        continue;
      }
      ++gone;
      known_.push_back(known[old]);
      jobs_.push_back(job);
    }
  };
  for (const KnownJob& job : seen.jobs) {
    let_go_until(job.job);
    known_.push_back(job);
    jobs_.emplace_back();
    if (old < known.size() && known[old].job == job.job) {
      known_.back().rounds_done = known[old].rounds_done;
      jobs_.back() = before[old++];
    } else {
      OpenRound(static_cast<std::uint32_t>(jobs_.size() - 1), seen, times);
    }
    jobs_.back().total = job.rounds_done + RoundsLeft(job);
  }
  let_go_until({std::numeric_limits<std::uint64_t>::max()});
}

void ImaginedVenn::OpenRound(std::uint32_t i, const Snapshot& seen, const FluidTaskTimes& times) {
  const KnownJob& known = known_[i];
  Imagined& job = jobs_[i];
  job.needed = DevicesOfARound(known, seen.experience.SuccessShare());
  // Not what the job's rounds really took: those turn slow devices away, Venn waits for them.
  job.three_of_five = times.ThreeOfFive(known.work);
  job.four_of_five = times.FourOfFive(known.work);
  if (job.four_of_five <= 0) job.three_of_five = job.four_of_five = Seconds(seen.experience.Tail(known.job));
  job.bound = 0;
  job.requested_at = now_;
  job.closes_at = Time::max();
}

void ImaginedVenn::CloseRound(std::uint32_t i) {
  Imagined& job = jobs_[i];
  const double done = ++known_[i].rounds_done;
  job.ended = done >= job.total;
  if (job.lasted || done < kNearlyDone * job.total) return;
  // A fleet that lags behind may get here before the job came.
  const Duration elapsed = std::max<Duration>(now_ - known_[i].registered_at, 1s);
  job.lasted = FromSeconds(Seconds(elapsed) * job.total / done);
}

void ImaginedVenn::PassTo(Time now, const Snapshot& seen, const FluidTaskTimes& times) {
  const double seconds = Seconds(now - now_);
  now_ = now;
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    Imagined& job = jobs_[i];
    if (job.ended) continue;
    job.bound += job.rate * seconds;
    if (job.closes_at == Time::max() && job.bound >= job.needed - kLeastDevices) {
      // While others come, their answers stand in for those of the slowest.
      const double others = (known_[i].demand - job.bound) / job.rate;
      const double usual = std::max(job.three_of_five, job.four_of_five - others);
      job.closes_at = now + FromSeconds(usual * chance_.Uniform(1 - spread_, 1 + spread_));
    }
    const bool closes = job.closes_at <= now;
    if (closes) CloseRound(i);
    if (closes || job.requested_at + known_[i].round_limit <= now) OpenRound(i, seen, times);
  }
}

// Who gets the devices until the next event.
void ImaginedVenn::Share(const Snapshot& seen) {
  requests_.clear();
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const KnownJob& known = known_[i];
    const double remaining = known.demand - jobs_[i].bound;
    jobs_[i].rate = 0;
    if (jobs_[i].ended || remaining < kLeastDevices) continue;
    requests_.push_back({.job = known.job,
                         .round = {known.rounds_done + 1},
                         .known = i,
                         .requested_at = jobs_[i].requested_at,
                         .deadline = jobs_[i].requested_at + known.round_limit,
                         .demand = known.demand,
                         .remaining = static_cast<std::uint32_t>(std::max(remaining, 1.0))});
  }
  const Plan plan = venn_->MakePlan({now_, known_, requests_, seen.census, seen.supply, seen.experience}, chance_);
  for (const Group& group : plan.groups) {
    const auto first = std::ranges::lower_bound(known_, group.order.front(), {}, &KnownJob::job);
    jobs_[static_cast<std::size_t>(first - known_.begin())].rate = group.first.Weight(seen.supply.rates());
  }
  next_event_ = NextEvent();
}

// Enough devices, all devices, enough answers or no more time for them: of whichever job it is first.
Time ImaginedVenn::NextEvent() const {
  Time next = Time::max();
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const Imagined& job = jobs_[i];
    if (job.ended) continue;
    next = std::min({next, job.closes_at, job.requested_at + known_[i].round_limit});
    if (job.rate <= 0) continue;
    const double devices = job.closes_at == Time::max() ? job.needed : known_[i].demand;
    const double wait = std::min((devices - job.bound) / job.rate, kLongestWait);
    next = std::min(next, now_ + FromSeconds(wait) + Duration(1));
  }
  return next;
}

}  // namespace propius
