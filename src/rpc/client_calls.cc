#include "rpc/client_calls.h"

#include "wire/convert.h"
#include "wire/convert_job.h"

namespace propius {
namespace {

using ReportMessages = google::protobuf::RepeatedPtrField<v1::TaskReport>;

Result<DeviceId> ReadDevice(std::uint64_t id) {
  if (id != 0) return DeviceId{id};
  return Fail(Code::kInvalidArgument, "device_id: expected a number other than 0");
}

Result<TaskOutcome> ReadOutcome(v1::TaskOutcome outcome) {
  switch (outcome) {
    case v1::TASK_OUTCOME_COMMITTED:
      return TaskOutcome::kCommitted;
    case v1::TASK_OUTCOME_LATE:
      return TaskOutcome::kLate;
    case v1::TASK_OUTCOME_REJECTED:
      return TaskOutcome::kRejected;
    case v1::TASK_OUTCOME_FAILED:
      return TaskOutcome::kFailed;
    default:
      return Fail(Code::kInvalidArgument, "reports.outcome: expected committed, late, rejected or failed, got number " +
                                              std::to_string(static_cast<int>(outcome)));
  }
}

Result<std::vector<TaskReport>> ReadReports(const ReportMessages& messages) {
  std::vector<TaskReport> reports;
  reports.reserve(static_cast<std::size_t>(messages.size()));
  for (const v1::TaskReport& message : messages) {
    const Result<TaskOutcome> outcome = ReadOutcome(message.outcome());
    if (!outcome) return tl::unexpected(outcome.error());
    reports.push_back({message.ticket(), *outcome});
  }
  return reports;
}

// Rounded up, so that nobody comes back too early.
std::uint32_t Milliseconds(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

v1::Assignment ToMessage(const Bound& bound) {
  v1::Assignment message;
  *message.mutable_round() = ToMessage(bound.round);
  message.set_slot(bound.slot.value);
  message.set_ticket(bound.ticket);
  message.set_leaf(bound.leaf);
  message.set_plan_digest(bound.plan);
  message.set_expires_unix_ms(ToUnixMs(bound.expires));
  message.set_lease_ms(Milliseconds(bound.lease));
  message.set_asynchronous(bound.asynchronous);
  return message;
}

v1::Greeting ToMessage(const Greeting& greeting) {
  v1::Greeting message;
  for (const Offer& offer : greeting.offers) {
    v1::Offer& added = *message.add_offers();
    *added.mutable_round() = ToMessage(offer.round);
    ToMessage(offer.private_needs.bounds(), *added.mutable_private_constraint());
    added.set_asynchronous(offer.asynchronous);
  }
  if (greeting.holding) *message.mutable_holding() = ToMessage(*greeting.holding);
  message.set_retry_after_ms(Milliseconds(greeting.retry_after));
  return message;
}

template <typename Response>
Done<Greeting> Greet(const Done<Response>& done) {
  return [done](const Result<Greeting>& greeting) {
    if (!greeting) return done(tl::unexpected(greeting.error()));
    Response response;
    *response.mutable_greeting() = ToMessage(*greeting);
    done(std::move(response));
  };
}

}  // namespace

void ClientCalls::CheckIn(const v1::CheckInRequest& request, const Done<v1::CheckInResponse>& done) const {
  const Result<DeviceId> device = ReadDevice(request.device_id());
  if (!device) return done(tl::unexpected(device.error()));
  Result<Attributes> attributes = FromMessage(request.public_attributes(), "public_attributes");
  if (!attributes) return done(tl::unexpected(attributes.error()));
  Result<std::vector<TaskReport>> reports = ReadReports(request.reports());
  if (!reports) return done(tl::unexpected(reports.error()));
  const bool posted =
      hop_.Post([desk = &desk_, device = *device, attributes = *std::move(attributes), reports = *std::move(reports),
                 done]() mutable { desk->CheckIn(device, std::move(attributes), std::move(reports), Greet(done)); });
  if (!posted) done(tl::unexpected(Hop::Busy()));
}

void ClientCalls::Ping(const v1::PingRequest& request, const Done<v1::PingResponse>& done) const {
  const Result<DeviceId> device = ReadDevice(request.device_id());
  if (!device) return done(tl::unexpected(device.error()));
  Result<std::vector<TaskReport>> reports = ReadReports(request.reports());
  if (!reports) return done(tl::unexpected(reports.error()));
  const bool posted = hop_.Post([desk = &desk_, device = *device, reports = *std::move(reports), done]() mutable {
    desk->Ping(device, std::move(reports), Greet(done));
  });
  if (!posted) done(tl::unexpected(Hop::Busy()));
}

void ClientCalls::Accept(const v1::AcceptRequest& request, const Done<v1::AcceptResponse>& done) const {
  if (const Status open = door_.Check(); !open) return done(tl::unexpected(open.error()));
  const Result<DeviceId> device = ReadDevice(request.device_id());
  if (!device) return done(tl::unexpected(device.error()));
  const Result<RoundKey> round = FromMessage(request.round());
  if (!round) return done(tl::unexpected(round.error()));
  const bool posted = hop_.Post([desk = &desk_, device = *device, round = *round, nonce = request.nonce(), done] {
    desk->Accept(device, round, nonce, [done](const Result<Bound>& bound) {
      if (!bound) return done(tl::unexpected(bound.error()));
      v1::AcceptResponse response;
      *response.mutable_assignment() = ToMessage(*bound);
      done(std::move(response));
    });
  });
  if (!posted) done(tl::unexpected(Hop::Busy()));
}

}  // namespace propius
