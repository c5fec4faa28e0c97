#include "apps/demo_site.h"

#include "apps/stop_signal.h"

namespace propius {
namespace {

std::string NameOf(std::uint32_t process) { return "devices-" + std::to_string(process); }

std::string MakeConfig(const DemoSiteOptions& options, const SitePorts& ports) {
  std::string text = std::string(kDemoMark) + "\n[server]\ndata_dir = \"data\"\n";
  text += PortTables(ports);
  text += "\n[scheduler]\npolicy = \"" + options.policy + "\"\n";
  text += "\n[client_manager]\nlease = \"10s\"\nmin_retry = \"250ms\"\nmax_retry = \"1s\"\n";
  for (const DemoTenant& tenant : options.tenants) {
    text += "\n[[tenant]]\nname = \"" + tenant.name + "\"\ntoken = \"" + tenant.token + "\"\n";
  }
  return text;
}

}  // namespace

const std::string_view kDemoMark =
    "# Written by `propius demo`; `propius serve --config` of this file runs the same site.";

Result<std::unique_ptr<LocalSite>> StartDemoSite(const DemoSiteOptions& options) {
  return LocalSite::Start(options.folder, [&](const SitePorts& ports) { return MakeConfig(options, ports); });
}

Status StartDemoFleet(const DemoSiteOptions& options, LocalSite& site) {
  const DeviceVerb& fleet = options.devices;
  for (std::uint32_t i = 0; i < options.processes; ++i) {
    const std::uint32_t first = fleet.fleet * i / options.processes;
    const std::uint32_t end = fleet.fleet * (i + 1) / options.processes;
    const Status started =
        site.Run(NameOf(i), {"device",           "run",
                             "--client-manager", site.job_manager(),
                             "--agents",         std::to_string(end - first),
                             "--first",          std::to_string(first),
                             "--fleet",          std::to_string(fleet.fleet),
                             "--seed",           std::to_string(fleet.seed),
                             "--images",         std::to_string(fleet.images),
                             "--skew",           std::to_string(fleet.skew),
                             "--slowness",       std::to_string(fleet.slowness),
                             "--mnist",          options.mnist.string(),
                             "--events",         (options.folder / (NameOf(i) + ".jsonl")).string()});
    if (!started) return started;
  }
  return site.AwaitDevices(fleet.fleet, [] { return WaitForStop(0s); });
}

std::vector<std::filesystem::path> DemoTaskFiles(const DemoSiteOptions& options) {
  std::vector<std::filesystem::path> files;
  for (std::uint32_t i = 0; i < options.processes; ++i) files.push_back(options.folder / (NameOf(i) + ".jsonl"));
  return files;
}

}  // namespace propius
