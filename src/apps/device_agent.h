// A device of the demo, written on the client library as an outsider would: it trains the built-in models on its own
// images, as slowly as its phone is.
#pragma once

#include <functional>
#include <string>

#include "apps/fleet.h"
#include "apps/span_trainer.h"
#include "base/time.h"
#include "propius/client.h"
#include "train/digits.h"

namespace propius {

struct DeviceAgentOptions {
  std::string client_manager;  // host:port
  double slowness = 0;         // a sample takes ms_per_sample * slowness
};

class DeviceAgent {
 public:
  // `digits` is the whole training set and outlives the agent.
  DeviceAgent(const FleetDevice& device, const Digits& digits, const DeviceAgentOptions& options);
  DeviceAgent(const DeviceAgent&) = delete;
  DeviceAgent& operator=(const DeviceAgent&) = delete;

  // Takes part until Stop(). `after` hears of every check-in's outcome.
  void Run(const std::function<void(const sdk::TaskSummary&)>& after);
  void Stop() { client_.Stop(); }
  const FleetDevice& device() const { return device_; }

 private:
  sdk::ClientOptions MakeClientOptions(const DeviceAgentOptions& agent);
  sdk::Result<sdk::Update> Train(const sdk::HeldTask& task, const std::string& plan) const;
  void PlaySlow(Duration simulated, const sdk::HeldTask& task) const;

  FleetDevice device_;
  Digits images_;
  double slowness_;
  SpanTrainer spans_;
  sdk::Client client_;
};

}  // namespace propius
