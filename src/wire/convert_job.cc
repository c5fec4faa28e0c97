#include "wire/convert_job.h"

#include <algorithm>

#include "wire/convert.h"

namespace propius {
namespace {

// Slot numbers go beyond the binds that are live at one time; this is only what a message may make us allocate.
constexpr std::size_t kMaxSlots = std::size_t{1} << 24;

Result<Bitmap> ReadSlots(const std::string& bytes, std::string_view field) {
  Result<Bitmap> slots = Bitmap::Parse(bytes, kMaxSlots);
  if (!slots) return Fail(slots.error().code, std::string(field) + ": " + slots.error().message);
  return slots;
}

}  // namespace

std::int64_t ToUnixMs(Time time) { return ToMicros(time) / 1'000; }

v1::Job ToMessage(const Job& job) {
  v1::Job message;
  message.set_job_id(job.id.value);
  message.set_tenant(job.tenant);
  *message.mutable_spec() = ToMessage(job.spec);
  message.set_state(ToMessage(job.state));
  message.set_time_stamp_unix_ms(ToUnixMs(job.time_stamp));
  message.set_total_sched_ms(std::chrono::duration_cast<std::chrono::milliseconds>(job.total_sched).count());
  message.set_start_sched_unix_ms(ToUnixMs(job.start_sched));
  message.set_job_ip(job.job_ip);
  message.set_port(job.port);
  message.set_total_demand(job.total_demand);
  message.set_total_round(job.total_round);
  message.set_attained_service(job.attained_service);
  message.set_round(job.round.value);
  message.set_demand(job.demand);
  message.set_amount(job.amount);
  message.set_score(job.score);
  message.set_finish_reason(job.finish_reason);
  return message;
}

v1::RoundStatus ToMessage(const Round& round) {
  v1::RoundStatus message;
  *message.mutable_round() = ToMessage(round.terms.key());
  message.set_outcome(ToMessage(round.outcome));
  message.set_demand(round.terms.demand);
  message.set_slots(round.terms.slots);
  message.set_allocated(round.live);
  message.set_reported(round.reported);
  message.set_failed(round.failed);
  message.set_expired(round.expired);
  message.set_counted(round.counted);
  message.set_allocation_ended(round.allocation_ended);
  message.set_requested_unix_ms(ToUnixMs(round.requested_at));
  if (round.filled_at) message.set_filled_unix_ms(ToUnixMs(*round.filled_at));
  if (round.closed_at) message.set_closed_unix_ms(ToUnixMs(*round.closed_at));
  message.set_deadline_unix_ms(ToUnixMs(round.terms.deadline));
  message.set_reason(round.reason);
  return message;
}

v1::CloseRoundRequest ToMessage(const RoundClosure& closure) {
  v1::CloseRoundRequest message;
  *message.mutable_round() = ToMessage(closure.round);
  message.set_outcome(ToMessage(closure.outcome));
  message.set_counted(closure.counted);
  message.set_reason(closure.reason);
  return message;
}

Result<RoundClosure> FromMessage(const v1::CloseRoundRequest& message) {
  const Result<RoundKey> key = FromMessage(message.round());
  if (!key) return tl::unexpected(key.error());
  const Result<RoundOutcome> outcome = FromMessage(message.outcome());
  if (!outcome) return tl::unexpected(outcome.error());
  if (*outcome == RoundOutcome::kOpen) {
    return Fail(Code::kInvalidArgument, "outcome: expected completed, partial or aborted, got open");
  }
  return RoundClosure{*key, *outcome, message.counted(), message.reason()};
}

v1::CloseRoundResponse ToMessage(const BindCensus& census) {
  v1::CloseRoundResponse message;
  message.set_granted(census.granted);
  message.set_returned(census.returned);
  message.set_bound(census.bound);
  message.set_stranded(census.stranded);
  message.set_failed(census.failed.Serialize());
  message.set_expired(census.expired.Serialize());
  return message;
}

Result<BindCensus> FromMessage(const v1::CloseRoundResponse& message) {
  Result<Bitmap> failed = ReadSlots(message.failed(), "failed");
  if (!failed) return tl::unexpected(failed.error());
  Result<Bitmap> expired = ReadSlots(message.expired(), "expired");
  if (!expired) return tl::unexpected(expired.error());
  if (failed->End() > message.bound() || expired->End() > message.bound()) {
    return Fail(Code::kInvalidArgument, "failed, expired: expected slots below bound (" +
                                            std::to_string(message.bound()) + "), got " +
                                            std::to_string(std::max(failed->End(), expired->End()) - 1));
  }
  return BindCensus{message.granted(),  message.returned(), message.bound(),
                    message.stranded(), *std::move(failed), *std::move(expired)};
}

}  // namespace propius
