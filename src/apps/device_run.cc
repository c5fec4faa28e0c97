#include <fstream>
#include <memory>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "apps/device_agent.h"
#include "apps/embedded.h"
#include "apps/stop_signal.h"
#include "apps/verbs.h"
#include "base/event.h"
#include "base/real_runtime.h"

namespace propius {
namespace {

std::string EndName(sdk::TaskEnd end) {
  switch (end) {
    case sdk::TaskEnd::kNone:
      return "none";
    case sdk::TaskEnd::kCommitted:
      return "committed";
    case sdk::TaskEnd::kLate:
      return "late";
    case sdk::TaskEnd::kRejected:
      return "rejected";
    case sdk::TaskEnd::kFailed:
      return "failed";
  }
  return "failed";
}

// One JSON line for each task, for whoever watches the fleet.
class TaskLog {
 public:
  explicit TaskLog(const std::filesystem::path& path) {
    if (!path.empty()) out_.open(path, std::ios::app);
  }

  void Write(const FleetDevice& device, const sdk::TaskSummary& summary) {
    if (!out_.is_open() || summary.end == sdk::TaskEnd::kNone) return;
    const double end = static_cast<double>(ToMicros(RealNow())) / 1e6;
    const nlohmann::ordered_json line{{"device", std::to_string(device.id)},
                                      {"phone", device.phone.model},
                                      {"job", summary.job_id},
                                      {"round", summary.round},
                                      {"end", EndName(summary.end)},
                                      {"reason", summary.reason},
                                      {"began", end - static_cast<double>(summary.busy.count()) / 1e3},
                                      {"ended", end},
                                      {"samples", device.images.size()}};
    const std::lock_guard lock(mutex_);
    out_ << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
  }

 private:
  std::mutex mutex_;
  std::ofstream out_;
};

}  // namespace

int RunDevices(const DeviceVerb& verb) {
  if (verb.first + verb.agents > verb.fleet) {
    return Complain({Code::kInvalidArgument, "--first, --agents: expected agents within the fleet of " +
                                                 std::to_string(verb.fleet) + ", got " + std::to_string(verb.first) +
                                                 " to " + std::to_string(verb.first + verb.agents)});
  }
  const Result<Digits> digits = LoadDigits(verb.mnist, true);
  if (!digits) return Complain(digits.error());
  const auto phones = ParsePhones(kAndroidDevicesCsv);
  if (!phones) return Complain(phones.error());
  const std::vector<FleetDevice> fleet = DrawFleet(
      *phones, digits->labels, {.devices = verb.fleet, .images = verb.images, .skew = verb.skew, .seed = verb.seed});

  TaskLog log(verb.events);
  std::vector<std::unique_ptr<DeviceAgent>> agents;
  std::vector<std::thread> threads;
  for (std::uint32_t i = verb.first; i < verb.first + verb.agents; ++i) {
    agents.push_back(std::make_unique<DeviceAgent>(
        fleet[i], *digits, DeviceAgentOptions{.client_manager = verb.client_manager, .slowness = verb.slowness}));
  }
  for (const auto& agent : agents) {
    threads.emplace_back([&log, agent = agent.get()] {
      agent->Run([&](const sdk::TaskSummary& summary) { log.Write(agent->device(), summary); });
    });
  }
  Event(Severity::kInfo, "devices_running", {{"agents", verb.agents}, {"client_manager", verb.client_manager}});
  while (!WaitForStop(1h)) {
  }
  for (const auto& agent : agents) agent->Stop();
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace propius
