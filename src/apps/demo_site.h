// The processes of the demo: one server, and a fleet of device agents in a few processes, all on loopback.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/local_site.h"
#include "apps/verbs.h"
#include "base/result.h"

namespace propius {

struct DemoTenant {
  std::string name;
  std::string token;
};

// The first line of the server's configuration that a demo writes, by which a later one knows its folder.
extern const std::string_view kDemoMark;

struct DemoSiteOptions {
  std::filesystem::path folder;  // of the run: configuration, store, logs
  std::filesystem::path mnist;
  std::string policy;
  std::uint32_t processes = 3;
  DeviceVerb devices;  // of the whole fleet
  std::vector<DemoTenant> tenants;
};

// Writes the configuration, starts the server, waits until it is ready.
Result<std::unique_ptr<LocalSite>> StartDemoSite(const DemoSiteOptions& options);
// Starts the fleet and waits until the server has heard of all of it.
Status StartDemoFleet(const DemoSiteOptions& options, LocalSite& site);
// What the device processes wrote, one file each.
std::vector<std::filesystem::path> DemoTaskFiles(const DemoSiteOptions& options);

}  // namespace propius
