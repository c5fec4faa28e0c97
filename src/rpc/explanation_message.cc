#include "rpc/explanation_message.h"

#include <chrono>
#include <cmath>

#include "wire/convert_job.h"

namespace propius {
namespace {

std::int64_t ToMs(Duration duration) { return std::chrono::ceil<std::chrono::milliseconds>(duration).count(); }

v1::RemedyKind KindOf(Remedy::Kind kind) {
  switch (kind) {
    case Remedy::Kind::kConstraint:
      return v1::REMEDY_KIND_CONSTRAINT;
    case Remedy::Kind::kDemand:
      return v1::REMEDY_KIND_DEMAND;
    case Remedy::Kind::kOverCommit:
      return v1::REMEDY_KIND_OVER_COMMIT;
    case Remedy::Kind::kNoRivals:
      return v1::REMEDY_KIND_NO_RIVALS;
  }
  return v1::REMEDY_KIND_UNSPECIFIED;
}

v1::Remedy ToMessage(const Remedy& remedy) {
  v1::Remedy message;
  message.set_kind(KindOf(remedy.kind));
  message.set_attribute(remedy.attribute);
  message.set_bound(remedy.bound);
  message.set_supply_factor(std::isfinite(remedy.supply_factor) ? remedy.supply_factor : 0);
  if (remedy.expected) message.set_expected_wait_ms(ToMs(*remedy.expected));
  return message;
}

}  // namespace

v1::ExplainJobResponse ToMessage(const JobExplanation& told) {
  v1::ExplainJobResponse message;
  *message.mutable_job() = ToMessage(told.job);
  if (told.round) *message.mutable_latest_round() = ToMessage(*told.round);
  message.set_waiting(told.waiting);
  message.set_rank(told.rank);
  message.set_requests(told.requests);
  message.set_ahead(told.ahead);
  for (const JobId job : told.ahead_yours) message.add_ahead_yours(job.value);
  message.set_ahead_places(told.ahead_places);
  if (told.expected_wait) message.set_expected_wait_ms(ToMs(*told.expected_wait));
  message.set_eligible_per_hour(told.eligible_per_hour);
  message.set_checkins_per_hour(told.checkins_per_hour);
  message.set_window_eligible(told.window_eligible);
  message.set_window_devices(told.window_devices);
  for (const Remedy& remedy : told.remedies) *message.add_remedies() = ToMessage(remedy);
  return message;
}

}  // namespace propius
