#include "sdk/lease_keeper.h"

#include <algorithm>

#include "sdk/retry.h"

namespace propius {
namespace {

constexpr Duration kShortestPeriod = 10ms;

bool Names(const v1::Greeting& greeting, const HeldAssignment& held) {
  const v1::Assignment& holding = greeting.holding();
  return greeting.has_holding() && holding.round().job_id() == held.round.job.value &&
         holding.round().round() == held.round.round.value && holding.slot() == held.slot;
}

}  // namespace

LeaseKeeper::LeaseKeeper(DeviceSession& session, HeldAssignment held, std::shared_ptr<TaskLife> life,
                         Duration call_limit, Rng chance)
    : session_(session), held_(std::move(held)), life_(std::move(life)), gate_(call_limit) {
  thread_ = std::thread([this, chance] { Run(chance); });
}

LeaseKeeper::~LeaseKeeper() {
  done_.Raise();
  gate_.Close();
  thread_.join();
}

void LeaseKeeper::Run(Rng chance) {
  const Duration period = std::max(held_.lease / 3, kShortestPeriod);
  RetryBackoff backoff({}, chance);
  Duration wait = period;
  while (!done_.WaitFor(wait) && !life_->Over()) {
    const Result<v1::Greeting> greeting = Renew();
    if (!greeting) {
      wait = std::min(period, backoff.Next());
      continue;
    }
    if (!Names(*greeting, held_)) life_->lease_lost = true;
    backoff.Reset();
    wait = period;
  }
}

Result<v1::Greeting> LeaseKeeper::Renew() {
  Result<v1::Greeting> greeting = session_.Ping(gate_, {});
  // The client manager has forgotten the device, as after its restart, but not the task: that is durable.
  if (!greeting && greeting.error().code == Code::kNotFound) greeting = session_.CheckIn(gate_, {});
  return greeting;
}

}  // namespace propius
