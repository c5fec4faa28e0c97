#include "apps/demo_site.h"

#include <algorithm>
#include <csignal>

#include "apps/free_port.h"
#include "base/real_runtime.h"
#include "config/files.h"
#include "fetch/fetch.h"

namespace propius {
namespace {

constexpr Duration kStartLimit = 20s;
constexpr Duration kFleetLimit = 2min;
constexpr Duration kPoll = 100ms;
constexpr std::size_t kLogTail = 600;

std::string MakeConfig(const DemoSite::Options& options, const std::vector<std::uint16_t>& ports) {
  std::string text = "# Written by `propius demo`; `propius serve --config` of this file runs the same site.\n";
  text += "[server]\ndata_dir = \"data\"\n\n";
  const char* const names[] = {"control", "root", "leaf", "admin"};
  for (std::size_t i = 0; i < ports.size(); ++i) {
    text += "[" + std::string(names[i]) + "]\nport = " + std::to_string(ports[i]) + "\n\n";
  }
  text += "[scheduler]\npolicy = \"" + options.policy + "\"\n\n";
  text += "[client_manager]\nlease = \"10s\"\nmin_retry = \"250ms\"\nmax_retry = \"1s\"\n";
  for (const DemoTenant& tenant : options.tenants) {
    text += "\n[[tenant]]\nname = \"" + tenant.name + "\"\ntoken = \"" + tenant.token + "\"\n";
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<DemoSite>> DemoSite::Start(const Options& options) {
  std::unique_ptr<DemoSite> site(new DemoSite(options));
  if (const Status started = site->StartServer(); !started) return tl::unexpected(started.error());
  return site;
}

Status DemoSite::StartServer() {
  const auto ports = FindFreePorts(4);
  if (!ports) return tl::unexpected(ports.error());
  port_ = ports->front();
  const std::filesystem::path folder = options_.folder / "server";
  const std::filesystem::path config = folder / "propius.toml";
  if (const Status made = MakeFolder(folder); !made) return made;
  if (const Status written = WriteFile(config, MakeConfig(options_, *ports)); !written) return written;
  const std::filesystem::path log = folder / "serve.log";
  auto child = Child::Start(ExecutableFolder() / "propius", {"serve", "--config", config.string()}, log);
  if (!child) return tl::unexpected(child.error());
  server_.push_back({"propius serve", log, *std::move(child)});

  admin_ = "http://127.0.0.1:" + std::to_string(ports->back());
  for (const Time end = RealNow() + kStartLimit; RealNow() < end; SleepFor(kPoll)) {
    if (const Status alive = Check(); !alive) return alive;
    if (!Ask("/readyz").empty()) return {};
  }
  return Fail(Code::kDeadlineExceeded, "propius serve: expected it to be ready within " + FormatDuration(kStartLimit));
}

std::string DemoSite::Ask(const std::string& path) {
  Fetcher fetcher;
  FetchRequest request;
  request.url = admin_ + path;
  request.timeout = 1s;
  const auto answer = fetcher.Fetch(request);
  return answer && answer->status == 200 ? answer->body : "";
}

Status DemoSite::StartDevices() {
  const DeviceVerb& fleet = options_.devices;
  for (std::uint32_t i = 0; i < options_.processes; ++i) {
    const std::uint32_t first = fleet.fleet * i / options_.processes;
    const std::uint32_t end = fleet.fleet * (i + 1) / options_.processes;
    const std::string name = "devices-" + std::to_string(i);
    const std::filesystem::path log = options_.folder / (name + ".log");
    auto child = Child::Start(ExecutableFolder() / "propius",
                              {"device",           "run",
                               "--client-manager", job_manager(),
                               "--agents",         std::to_string(end - first),
                               "--first",          std::to_string(first),
                               "--fleet",          std::to_string(fleet.fleet),
                               "--seed",           std::to_string(fleet.seed),
                               "--images",         std::to_string(fleet.images),
                               "--skew",           std::to_string(fleet.skew),
                               "--slowness",       std::to_string(fleet.slowness),
                               "--mnist",          options_.mnist.string(),
                               "--events",         (options_.folder / (name + ".jsonl")).string()},
                              log);
    if (!child) return tl::unexpected(child.error());
    devices_.push_back({name, log, *std::move(child)});
  }
  const std::string all = "propius_devices_in_window " + std::to_string(fleet.fleet) + "\n";
  for (const Time end = RealNow() + kFleetLimit; RealNow() < end; SleepFor(kPoll)) {
    if (const Status alive = Check(); !alive) return alive;
    if (Ask("/metrics").find(all) != std::string::npos) return {};
  }
  return Fail(Code::kDeadlineExceeded, "fleet: expected " + std::to_string(fleet.fleet) +
                                           " devices to check in within " + FormatDuration(kFleetLimit));
}

Status DemoSite::Check() {
  for (std::vector<Process>* group : {&server_, &devices_}) {
    for (Process& process : *group) {
      const std::optional<int> code = process.child.Ended();
      if (!code) continue;
      const std::string log = ReadFile(process.log).value_or("");
      return Fail(Code::kUnavailable, process.name + ": expected it to run, it ended with code " +
                                          std::to_string(*code) + ": " +
                                          log.substr(log.size() - std::min(log.size(), kLogTail)));
    }
  }
  return {};
}

void DemoSite::StopDevices() {
  for (Process& process : devices_) process.child.Kill(SIGTERM);
  devices_.clear();
}

void DemoSite::Stop() {
  StopDevices();
  server_.clear();
}

std::vector<std::filesystem::path> DemoSite::task_files() const {
  std::vector<std::filesystem::path> files;
  for (std::uint32_t i = 0; i < options_.processes; ++i) {
    files.push_back(options_.folder / ("devices-" + std::to_string(i) + ".jsonl"));
  }
  return files;
}

}  // namespace propius
