// The client manager as one device sees it: three calls.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "propius/v1/client_manager.pb.h"
#include "sdk/call_gate.h"
#include "sdk/channel.h"

namespace propius {

using TaskReports = std::vector<v1::TaskReport>;

// Each method makes one call, without retries; callable from any thread. Knows the public attributes only, so that no
// private one can be sent.
class DeviceSession {
 public:
  DeviceSession(std::string target, std::uint64_t device_id, std::map<std::string, double> public_attributes);

  Result<v1::Greeting> CheckIn(CallGate& gate, const TaskReports& reports);
  Result<v1::Greeting> Ping(CallGate& gate, const TaskReports& reports);
  Result<v1::Assignment> Accept(CallGate& gate, const v1::RoundKey& round, const std::string& nonce);

 private:
  ServerLine line_;
  const std::uint64_t device_id_;
  const std::map<std::string, double> public_attributes_;
};

}  // namespace propius
