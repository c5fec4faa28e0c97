// The job manager: admission, rounds and their end (paper section 3.1, Table 1). All answers come after what they tell
// is durable. Everything runs on one runtime.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/runtime.h"
#include "control/dispatcher.h"
#include "control/explanation.h"
#include "control/job_book.h"
#include "domain/ticket.h"

namespace propius {

struct JobDeskOptions {
  // Admission control: what this site can ever allocate. 0 means no limit.
  std::uint32_t max_slots_per_round = 100'000;
  std::uint32_t max_open_jobs = 10'000;
  std::uint32_t max_open_jobs_per_tenant = 1'000;
  std::uint32_t max_rounds = 100'000;
  Duration max_deadline = 24h;
  std::uint64_t max_update_bytes = std::uint64_t{256} << 20;
  // A job that is silent this long without an open round is finished for it.
  Duration max_silence = 30min;
  // A finished job stays readable this long; of a tenant's, at most so many.
  Duration retention = 24h;
  std::uint32_t max_finished_jobs_per_tenant = 10'000;
  // How long the first answer to an idempotency key is kept.
  Duration reply_retention = 24h;
  // The binds of a closed round are kept this long, for a root that asks late; 0: as long as the job.
  Duration bind_retention = 1h;
  // A round that the data plane has not closed by its deadline is closed as aborted after this.
  Duration close_grace = 5s;
  // Reducers that the data plane has; empty: any.
  std::vector<std::string> reducers;
  // Whether the data plane can keep so many devices in step like that; empty: it can.
  std::function<Status(const SyncSpec&, std::uint32_t demand)> check_sync{};
};

// Who asks, and under which idempotency key: 1 to 128 printable characters.
struct JobCaller {
  TenantId tenant;
  std::string key;
  std::string ip;
  std::uint32_t port = 0;
};

struct RoundGrant {
  RoundKey round;
  RoundTerms terms;
  std::string token;  // the terms, sealed
};

struct RoundStatus {
  Job job;
  Round round;
};

class JobDesk {
 public:
  JobDesk(Runtime& runtime, JobBook& book, Dispatcher& dispatcher, Sealer sealer, JobDeskOptions options);
  ~JobDesk();

  // JOB_REGIST. Refused with the reason if the demand can never be met by the limits set.
  void Register(const JobCaller& caller, JobSpec spec, Done<JobId> done);
  // JOB_REQUEST. Opens the next round; fails if one is open or all rounds are done. `demand` 0 takes the job's.
  void RequestRound(const JobCaller& caller, JobId job, std::uint32_t demand, Digest plan, Done<RoundGrant> done);
  // JOB_END_REQUEST. No more devices for this round; those bound may still contribute. Answers the round as it is.
  void EndRequest(const JobCaller& caller, RoundKey round, Done<RoundStatus> done);
  // JOB_FINISH. Ends the open round too.
  void FinishJob(const JobCaller& caller, JobId job, Done<Job> done);

  // Reads: kNotFound alike for absent and not yours.
  Result<RoundStatus> Get(const TenantId& tenant, JobId job) const;
  // By id, those after `after`.
  std::vector<Job> List(const TenantId& tenant, JobId after = {},
                        std::size_t most = std::numeric_limits<std::size_t>::max()) const;
  // Why it waits, and what would help.
  Result<JobExplanation> Explain(const TenantId& tenant, JobId job) const;
  // Calls `watcher` with the status now and after each change until the round is closed, then once with that and no
  // more; or until it returns false.
  void Watch(const TenantId& tenant, RoundKey round, std::function<bool(Result<RoundStatus>)> watcher);

  // From the data plane: the round is over. Idempotent; answers the binds as they are once no more can follow.
  void RoundClosed(const RoundClosure& closure, Done<BindCensus> done);
  // From the client desk: binds changed, watchers want to know.
  void RoundChanged(const RoundKey& round);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace propius
