#include "replay/production.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "replay/seen_fleet.h"
#include "scheduling/experience.h"
#include "scheduling/matcher.h"
#include "scheduling/supply.h"

namespace propius {
namespace {

// An offer that is not bound before the device takes it.
constexpr std::uint32_t kNotBound = ~std::uint32_t{0};

Time TimeOf(double seconds) { return FromMicros(static_cast<std::int64_t>(seconds * 1e6 + 0.5)); }

class Production final : public ReplayScheduler {
 public:
  Production(const Workload& workload, const ReplayOptions& options, const Kinds& kinds, std::unique_ptr<Policy> policy,
             std::uint64_t seed)
      : workload_(workload),
        kinds_(kinds),
        policy_(std::move(policy)),
        fleet_(workload, options, kinds, supply_, seed ^ 1U),
        chance_(seed),
        jobs_(workload.jobs.size()),
        atoms_(kinds.meets.size(), kUncharted),
        take_([this](std::size_t request) { return Take(request); }) {
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      jobs_[i].work = WorkOf(workload.jobs[i].workload, workload.jobs[i].comm);
  }

  void Opened(JobPlace place, double now) override {
    State& job = jobs_[place];
    const ArrivingJob& of_list = workload_.jobs[place];
    if (job.round == 0) Register(place, TimeOf(now));
    ++job.round;
    job.slots = 0;
    job.opened_at = TimeOf(now);
    job.deadline = job.opened_at + of_list.spec.deadline;
    experience_.RoundOpened(KeyOf(place), of_list.spec.demand, TargetOf(of_list), job.deadline, job.opened_at);
  }

  void Request(JobPlace place, double now) override {
    jobs_[place].left = workload_.jobs[place].spec.demand;
    jobs_[place].open = true;
    MakePlan(TimeOf(now));
  }

  ReplayOffer Pick(const CheckIn& device) override {
    const Time now = TimeOf(device.now);
    const AtomId atom = atoms_[device.kind];
    supply_.Count(atom, now);
    if (requests_.empty()) return {};
    // A job that came with needs of its own may have numbered the atoms anew, and asks only a little later.
    if (epoch_ != supply_.epoch()) MakePlan(now);
    if (has_care_) experience_.Advance(now);
    DeviceView view{
        .atom = atom, .speed = fleet_.SpeedOf(device.device), .attributes = &kinds_.attributes[device.kind]};
    if (has_parts_) view.hash = HashOf(DeviceId{device.device + 1});
    if (!matcher_.Match(view, now, chance_, take_)) return {};
    const JobPlace place = loaded_[taken_];
    ReplayOffer offer{.job = place, .round = jobs_[place].round, .slot = kNotBound};
    if (jobs_[place].has_care) Bind(offer, view.speed, now);
    return offer;
  }

  void Bound(ReplayOffer& offer, const CheckIn& device, double now) override {
    State& job = jobs_[offer.job];
    if (job.round == kOver) return;
    if (offer.slot == kNotBound || offer.round != job.round) {
      Bind(offer, fleet_.SpeedOf(device.device), TimeOf(now));
    }
    if (job.left == 0 || --job.left > 0 || job.has_care) return;
    MakePlan(TimeOf(now));
  }

  void Declined(const ReplayOffer& offer, double now) override {
    if (offer.slot == kNotBound || offer.round != jobs_[offer.job].round) return;
    experience_.Lost(KeyOf(offer.job), {offer.slot}, TimeOf(now));
  }

  void Reported(const ReplayOffer& offer, double now) override {
    experience_.Reported(KeyOf(offer.job), {offer.slot}, TimeOf(now));
  }

  void Closed(JobPlace place, bool completed, bool finished, double now) override {
    State& job = jobs_[place];
    experience_.RoundClosed(KeyOf(place), completed, TimeOf(now));
    job.open = false;
    if (completed) ++Known(place).rounds_done;
    if (finished) Forget(place);
    MakePlan(TimeOf(now));
  }

  std::uint64_t plans() const override { return plans_; }

 private:
  static constexpr std::uint32_t kOver = ~std::uint32_t{0};

  struct State {
    TaskWork work;
    std::uint32_t round = 0;  // from 1; kOver once the job has finished
    std::uint32_t slots = 0;  // issued in the round
    std::uint32_t left = 0;   // of the demand
    bool open = false;        // has asked for the devices of the round
    bool has_care = false;
    Time opened_at;
    Time deadline;
  };

  static std::uint32_t TargetOf(const ArrivingJob& job) { return TargetFor(job.spec.demand, job.spec.min_reports); }
  // Ids of jobs are above 0, those of lists need not be.
  JobId IdOf(JobPlace place) const { return {workload_.jobs[place].id + 1}; }
  RoundKey KeyOf(JobPlace place) const { return {IdOf(place), {jobs_[place].round}}; }

  KnownJob& Known(JobPlace place) {
    const auto found = std::ranges::lower_bound(known_, IdOf(place), {}, &KnownJob::job);
    CHECK(found != known_.end() && found->job == IdOf(place));
    return *found;
  }

  void Register(JobPlace place, Time now) {
    const ArrivingJob& job = workload_.jobs[place];
    const PredicateId predicate = supply_.Watch(job.spec.needs, [&](const auto& visit) { fleet_.Visit(visit); });
    LocateKinds();
    const std::uint32_t rounds = job.stated_rounds > 0 ? job.stated_rounds : job.spec.rounds;
    const auto index = std::ranges::lower_bound(known_, IdOf(place), {}, &KnownJob::job) - known_.begin();
    known_.insert(known_.begin() + index, {.job = IdOf(place),
                                           .tenant = job.tenant,
                                           .predicate = predicate,
                                           .share = job.spec.share,
                                           .work = jobs_[place].work,
                                           .registered_at = now,
                                           .round_limit = job.spec.deadline,
                                           .demand = job.spec.demand,
                                           .target = TargetOf(job),
                                           .rounds = rounds,
                                           .total_demand = std::uint64_t{job.spec.demand} * rounds});
    places_.insert(places_.begin() + index, place);
  }

  void Forget(JobPlace place) {
    const auto index = &Known(place) - known_.data();
    supply_.Unwatch(known_[static_cast<std::size_t>(index)].predicate);
    LocateKinds();
    known_.erase(known_.begin() + index);
    places_.erase(places_.begin() + index);
    experience_.JobFinished(IdOf(place));
    jobs_[place].round = kOver;
  }

  void LocateKinds() {
    for (std::size_t kind = 0; kind < atoms_.size(); ++kind) atoms_[kind] = supply_.Locate(kinds_.attributes[kind]);
  }

  void Bind(ReplayOffer& offer, const DeviceSpeed& speed, Time now) {
    State& job = jobs_[offer.job];
    offer.round = job.round;
    offer.slot = job.slots++;
    experience_.Bound(KeyOf(offer.job), {offer.slot}, TaskTime(job.work, speed), now);
    ++Known(offer.job).attained_service;
  }

  // Devices in flight are not counted where there is no round care: the authors' rule.
  bool Take(std::size_t request) {
    const State& job = jobs_[loaded_[request]];
    if (!job.has_care && job.left == 0) return false;
    taken_ = request;
    return true;
  }

  void MakePlan(Time now) {
    ++plans_;
    experience_.Advance(now);
    supply_.Advance(now);
    requests_.clear();
    loaded_.clear();
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const JobPlace place = places_[i];
      State& job = jobs_[place];
      if (!job.open || (job.left == 0 && !job.has_care)) continue;
      requests_.push_back({.job = known_[i].job,
                           .round = {job.round},
                           .known = static_cast<std::uint32_t>(i),
                           .requested_at = job.opened_at,
                           .deadline = job.deadline,
                           .demand = known_[i].demand,
                           .remaining = std::max(job.left, 1U)});
      loaded_.push_back(place);
    }
    Plan plan = policy_->MakePlan({now, known_, requests_, fleet_, supply_, experience_}, chance_);
    ReadTerms(plan);
    matcher_.Load(std::move(plan), requests_, known_);
    epoch_ = supply_.epoch();
  }

  void ReadTerms(const Plan& plan) {
    for (const JobPlace place : loaded_) jobs_[place].has_care = false;
    has_care_ = false;
    for (const JobTerms& terms : plan.terms) {
      if (!terms.care) continue;
      const auto found = std::ranges::lower_bound(known_, terms.job, {}, &KnownJob::job);
      if (found == known_.end() || found->job != terms.job) continue;
      jobs_[places_[static_cast<std::size_t>(found - known_.begin())]].has_care = true;
      has_care_ = true;
    }
    has_parts_ = std::ranges::any_of(plan.groups, [](const Group& group) { return group.part != FleetPart{}; });
  }

  const Workload& workload_;
  const Kinds& kinds_;
  std::unique_ptr<Policy> policy_;
  Supply supply_;
  Experience experience_;
  Matcher matcher_{supply_, experience_};
  SeenFleet fleet_;
  Rng chance_;

  std::vector<State> jobs_;       // by place
  std::vector<KnownJob> known_;   // unfinished ones, by id
  std::vector<JobPlace> places_;  // of known_
  std::vector<AtomId> atoms_;     // by kind
  std::uint64_t plans_ = 0;

  // Of the latest plan.
  std::uint64_t epoch_ = 0;  // of the supply
  std::vector<OpenRequest> requests_;
  std::vector<JobPlace> loaded_;  // by request
  bool has_care_ = false;
  bool has_parts_ = false;
  std::function<bool(std::size_t)> take_;
  std::size_t taken_ = 0;
};

}  // namespace

Result<std::unique_ptr<ReplayScheduler>> MakeProduction(const Workload& workload, const ReplayOptions& options,
                                                        const Kinds& kinds, std::uint64_t seed) {
  if (options.registry == nullptr) {
    return Fail(Code::kInvalidArgument,
                "policy " + options.policy.name + ": expected a registry of policies, got none");
  }
  Result<std::unique_ptr<Policy>> policy = options.registry->Make(options.policy.name, options.policy.options);
  if (!policy) return tl::unexpected(policy.error());
  return std::make_unique<Production>(workload, options, kinds, std::move(*policy), seed);
}

}  // namespace propius
