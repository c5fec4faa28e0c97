// Opens a job's next round, or finds the one that an earlier life of the job left open.
#pragma once

#include <string>

#include "sdk/job_session.h"

namespace propius {

// Keys of a job's calls, derived from the key that it was registered with: the same in every life of the job's process.
class JobKeys {
 public:
  explicit JobKeys(std::string registration);

  const std::string& registration() const { return registration_; }
  std::string Round(std::uint32_t round) const { return stem_ + "/round/" + std::to_string(round); }
  // For another attempt at a round whose first request was refused: that refusal is remembered for good.
  std::string RoundAgain(std::uint32_t round, const std::string& draw) const { return Round(round) + "/" + draw; }
  std::string End(std::uint32_t round) const { return stem_ + "/end/" + std::to_string(round); }
  std::string Finish() const { return stem_ + "/finish"; }

 private:
  std::string registration_;
  std::string stem_;  // short enough that what is derived fits in 128 characters
};

// The grant of a round for the plan with this digest. An open round of the same plan is taken up where it stands; one
// of another plan is given no more devices and waited for, at most `deadline` and the session's patience.
Result<v1::RequestRoundResponse> OpenRound(JobSession& session, const JobKeys& keys, std::uint64_t job,
                                           const std::string& digest, Duration deadline);

}  // namespace propius
