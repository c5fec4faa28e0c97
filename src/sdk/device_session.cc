#include "sdk/device_session.h"

#include "propius/v1/client_manager.grpc.pb.h"
#include "sdk/unary_call.h"

namespace propius {
namespace {

using Stub = v1::ClientManager::Stub;

}  // namespace

DeviceSession::DeviceSession(std::string target, std::uint64_t device_id,
                             std::map<std::string, double> public_attributes)
    : line_(std::move(target)), device_id_(device_id), public_attributes_(std::move(public_attributes)) {}

Result<v1::Greeting> DeviceSession::CheckIn(CallGate& gate, const TaskReports& reports) {
  v1::CheckInRequest request;
  request.set_device_id(device_id_);
  for (const auto& [name, value] : public_attributes_) {
    v1::Attribute& attribute = *request.add_public_attributes();
    attribute.set_name(name);
    attribute.set_value(value);
  }
  for (const v1::TaskReport& report : reports) *request.add_reports() = report;
  auto answer = UnaryCall(line_, gate, "", "check in", &Stub::CheckIn, request);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return std::move(*answer->mutable_greeting());
}

Result<v1::Greeting> DeviceSession::Ping(CallGate& gate, const TaskReports& reports) {
  v1::PingRequest request;
  request.set_device_id(device_id_);
  for (const v1::TaskReport& report : reports) *request.add_reports() = report;
  auto answer = UnaryCall(line_, gate, "", "ping", &Stub::Ping, request);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return std::move(*answer->mutable_greeting());
}

Result<v1::Assignment> DeviceSession::Accept(CallGate& gate, const v1::RoundKey& round, const std::string& nonce) {
  v1::AcceptRequest request;
  request.set_device_id(device_id_);
  *request.mutable_round() = round;
  request.set_nonce(nonce);
  auto answer = UnaryCall(line_, gate, "", "accept", &Stub::Accept, request);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return std::move(*answer->mutable_assignment());
}

}  // namespace propius
