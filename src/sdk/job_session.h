// The job manager as one job sees it: each call is tried again until it is answered.
#pragma once

#include <cstdint>
#include <string>

#include "base/rng.h"
#include "propius/job.h"
#include "propius/v1/job_manager.pb.h"
#include "sdk/call_gate.h"
#include "sdk/channel.h"
#include "sdk/retry.h"

namespace propius {

v1::JobSpec ToSpec(const sdk::JobRequest& request);

class JobSession {
 public:
  JobSession(const sdk::JobOptions& options, Rng chance);

  Result<std::uint64_t> Register(const std::string& key, const v1::JobSpec& spec);
  // `digest`: SHA-256 of the plan. The demand is the job's.
  Result<v1::RequestRoundResponse> RequestRound(const std::string& key, std::uint64_t job, const std::string& digest);
  Result<v1::RoundStatus> EndRequest(const std::string& key, std::uint64_t job, std::uint32_t round);
  Result<v1::Job> Finish(const std::string& key, std::uint64_t job);
  Result<v1::GetJobResponse> Get(std::uint64_t job);
  // One call, for a caller that will ask again anyway.
  Result<v1::GetJobResponse> GetOnce(std::uint64_t job);

  Duration patience() const { return patience_; }

 private:
  template <typename Call>
  auto Retried(const Call& call) -> decltype(call());

  ServerLine line_;
  const std::string token_;
  const Duration patience_;
  CallGate gate_;
  RetryBackoff backoff_;
  StopSignal never_;
};

}  // namespace propius
