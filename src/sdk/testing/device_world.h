// Control and data plane of one round, for tests of the device's client.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "propius/client.h"
#include "sdk/testing/fake_grpc.h"
#include "sdk/testing/fake_http.h"
#include "sdk/testing/samples.h"

namespace propius::testing {

inline constexpr std::uint64_t kDevice = 77;

inline HttpReply State(int status, const std::string& state) {
  return {status, R"({"state": ")" + state + R"(", "reason": "as scripted"})", {}};
}

// One round of job 3 on a server that keeps its word; tests change what they are about.
struct DeviceWorld {
  FakeClientManager manager;
  GrpcPlace control{manager};
  std::function<std::optional<HttpReply>(const HttpCall&)> on_plan = [](const HttpCall&) {
    return HttpReply{200, File(), {}};
  };
  std::function<std::optional<HttpReply>(const HttpCall&)> on_update = [](const HttpCall&) {
    return State(200, "committed");
  };
  FakeHttp leaf{
      [this](const HttpCall& call) { return call.target.starts_with("/v1/plans/") ? on_plan(call) : on_update(call); }};
  std::vector<v1::Offer> offers{Offer(3, {})};
  std::optional<v1::Assignment> holding;
  std::set<std::string> nonces;  // of accepts that were done
  sdk::ClientOptions options;

  DeviceWorld() {
    options.client_manager = control.target();
    options.device_id = kDevice;
    options.public_attributes = {{"cpu_f", 4}};
    options.call_timeout = std::chrono::seconds(10);
    manager.on_check_in = [this](const v1::CheckInRequest& request, v1::CheckInResponse& answer) {
      Settle(request.reports());
      *answer.mutable_greeting() = Greeting();
      return grpc::Status::OK;
    };
    manager.on_ping = [this](const v1::PingRequest& request, v1::PingResponse& answer) {
      Settle(request.reports());
      *answer.mutable_greeting() = Greeting();
      answer.mutable_greeting()->set_retry_after_ms(2);
      return grpc::Status::OK;
    };
    manager.on_accept = [this](const v1::AcceptRequest& request, v1::AcceptResponse& answer) {
      nonces.insert(request.nonce());
      holding = Assignment(request.round().job_id());
      *answer.mutable_assignment() = *holding;
      return grpc::Status::OK;
    };
  }

  static v1::Offer Offer(std::uint64_t job, const sdk::AttributeMap& bounds) {
    v1::Offer offer;
    offer.mutable_round()->set_job_id(job);
    offer.mutable_round()->set_round(1);
    for (const auto& [name, value] : bounds) {
      v1::Attribute& bound = *offer.add_private_constraint();
      bound.set_name(name);
      bound.set_value(value);
    }
    return offer;
  }
  v1::Assignment Assignment(std::uint64_t job) const {
    v1::Assignment assignment;
    assignment.mutable_round()->set_job_id(job);
    assignment.mutable_round()->set_round(1);
    assignment.set_slot(5);
    assignment.set_ticket("ticket-of-" + std::to_string(job));
    assignment.set_leaf(leaf.url());
    assignment.set_plan_digest(Sha256(File()));
    assignment.set_expires_unix_ms((ToMicros(RealNow()) + 600'000'000) / 1'000);
    assignment.set_lease_ms(60'000);
    return assignment;
  }
  v1::Greeting Greeting() const {
    v1::Greeting greeting;
    greeting.set_retry_after_ms(1);
    if (holding) {
      *greeting.mutable_holding() = *holding;
    } else {
      for (const v1::Offer& offer : offers) *greeting.add_offers() = offer;
    }
    return greeting;
  }
  template <typename Reports>
  void Settle(const Reports& reports) {
    for (const v1::TaskReport& report : reports) {
      if (holding && report.ticket() == holding->ticket()) holding.reset();
    }
  }
};

inline sdk::Result<sdk::Update> Echo(const sdk::HeldTask&, const std::string& plan) { return sdk::Update{plan, 2.5}; }

}  // namespace propius::testing
