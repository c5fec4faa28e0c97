#include "sdk/round_opening.h"

#include "base/crypto.h"
#include "base/real_runtime.h"
#include "domain/ids.h"

namespace propius {
namespace {

constexpr std::size_t kLongestStem = 64;
constexpr std::size_t kDrawLength = 16;
constexpr Duration kPoll = 500ms;

bool IsOpen(const v1::GetJobResponse& job) {
  return job.has_latest_round() && job.latest_round().outcome() == v1::ROUND_OUTCOME_OPEN;
}

// A refusal that may be an old one, remembered under this key, or be over by now.
bool MayBeStale(Code code) {
  return code == Code::kFailedPrecondition || code == Code::kResourceExhausted || code == Code::kInvalidArgument;
}

Result<v1::RequestRoundResponse> RequestNext(JobSession& session, const JobKeys& keys, std::uint64_t job,
                                             std::uint32_t round, const std::string& digest) {
  auto grant = session.RequestRound(keys.Round(round), job, digest);
  if (grant || !MayBeStale(grant.error().code)) return grant;
  const std::string draw = ToHex(SecretFromSystem()).substr(0, kDrawLength);
  return session.RequestRound(keys.RoundAgain(round, draw), job, digest);
}

}  // namespace

JobKeys::JobKeys(std::string registration)
    : registration_(std::move(registration)),
      stem_(registration_.size() <= kLongestStem ? registration_ : ToHex(Sha256(registration_))) {}

Result<v1::RequestRoundResponse> OpenRound(JobSession& session, const JobKeys& keys, std::uint64_t job,
                                           const std::string& digest, Duration deadline) {
  const Time until = RealNow() + deadline + session.patience();
  std::uint32_t foreign = 0;  // an open round that is not of this plan
  for (;;) {
    const auto status = session.Get(job);
    if (!status) return tl::unexpected<Error>(status.error());
    if (status->job().state() == v1::JOB_STATE_FINISHED) {
      return Fail(Code::kFailedPrecondition, Show(JobId{job}) + " is finished: " + status->job().finish_reason());
    }
    const std::uint32_t latest = status->has_latest_round() ? status->latest_round().round().round() : 0;
    if (!IsOpen(*status)) return RequestNext(session, keys, job, latest + 1, digest);

    if (latest != foreign) {
      // Asking for the open round by its own key gives its grant back, if the plan is the same.
      auto grant = session.RequestRound(keys.Round(latest), job, digest);
      if (grant || !MayBeStale(grant.error().code)) return grant;
      const auto ended = session.EndRequest(keys.End(latest), job, latest);
      if (!ended && ended.error().code != Code::kFailedPrecondition) return tl::unexpected<Error>(ended.error());
      foreign = latest;
    }
    if (RealNow() >= until) {
      return Fail(Code::kFailedPrecondition,
                  Show(RoundKey{JobId{job}, RoundNumber{latest}}) + " of another plan is still open");
    }
    SleepFor(kPoll);
  }
}

}  // namespace propius
