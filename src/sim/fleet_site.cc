#include "sim/fleet_site.h"

#include <algorithm>
#include <utility>

#include "sim/fleet_store.h"

namespace propius {
namespace {

// No longer than anybody asks for them again: a long run makes tens of millions.
constexpr Duration kKept = 2min;

JobDeskOptions JobOptions() {
  JobDeskOptions options;
  options.max_slots_per_round = 1'000'000;
  options.max_open_jobs = 1'000'000;
  options.max_open_jobs_per_tenant = 1'000'000;
  options.max_rounds = 1'000'000;
  options.max_deadline = 24h * 30;
  options.retention = kKept;
  options.reply_retention = kKept;
  options.bind_retention = kKept;
  return options;
}

ClientDeskOptions ClientOptions(const FleetRun& run) {
  ClientDeskOptions options;
  options.lease = run.lease;
  options.mode = run.matching.small_batch ? MatchMode::kSmallBatch : MatchMode::kOnline;
  options.batch_interval = run.matching.batch_interval;
  options.batch_size = run.matching.batch_size;
  options.max_offers = run.matching.max_offers;
  return options;
}

}  // namespace

Result<std::unique_ptr<FleetSite>> FleetSite::Build(VirtualRuntime& world, const FleetRun& run,
                                                    std::function<ToldRounds(JobId)> told) {
  PolicyRegistry builtin;
  if (run.policies == nullptr) AddBuiltinPolicies(builtin);
  const PolicyRegistry& policies = run.policies == nullptr ? builtin : *run.policies;
  Result<std::unique_ptr<Policy>> policy = policies.Make(run.policy.name, run.policy.options);
  if (!policy) return tl::unexpected(policy.error());

  std::unique_ptr<FleetSite> site(new FleetSite());
  site->store_ = MakeForgetfulJobStore(world);
  Result<std::unique_ptr<JobBook>> book = JobBook::Open(world, *site->store_);
  if (!book) return tl::unexpected(book.error());
  site->book_ = *std::move(book);
  // Long enough that a device that keeps its lease never ages out.
  site->window_ = std::make_unique<DeviceWindow>(std::max<Duration>(10min, run.lease * 2));
  site->dispatcher_ = std::make_unique<Dispatcher>(world, *site->book_, *site->window_,
                                                   MakeToldPolicy(*std::move(policy), std::move(told)));
  const Sealer sealer("a secret of simulated fleets, of 32 bytes or more");
  site->jobs_ = std::make_unique<JobDesk>(world, *site->book_, *site->dispatcher_, sealer, JobOptions());
  site->clients_ =
      std::make_unique<ClientDesk>(world, *site->book_, *site->dispatcher_, *site->window_, sealer, ClientOptions(run));
  return site;
}

}  // namespace propius
