// The processes of the demo: one server, and a fleet of device agents in a few processes, all on loopback.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/child.h"
#include "apps/verbs.h"
#include "base/result.h"

namespace propius {

struct DemoTenant {
  std::string name;
  std::string token;
};

class DemoSite {
 public:
  struct Options {
    std::filesystem::path folder;  // of the run: configuration, store, logs
    std::filesystem::path mnist;
    std::string policy;
    std::uint32_t processes = 3;
    DeviceVerb devices;  // of the whole fleet
    std::vector<DemoTenant> tenants;
  };

  // Writes the configuration, starts the server, waits until it is ready.
  static Result<std::unique_ptr<DemoSite>> Start(const Options& options);

  // Starts the fleet and waits until the server has heard of all of it.
  Status StartDevices();
  // An error with the end of its log if a process has ended by itself.
  Status Check();
  void StopDevices();
  void Stop();

  std::string job_manager() const { return "127.0.0.1:" + std::to_string(port_); }
  // What the device processes wrote, one file each.
  std::vector<std::filesystem::path> task_files() const;

 private:
  explicit DemoSite(Options options) : options_(std::move(options)) {}
  Status StartServer();
  // The admin port's answer; none while there is none.
  std::string Ask(const std::string& path);

  Options options_;
  std::uint16_t port_ = 0;
  std::string admin_;
  struct Process {
    std::string name;
    std::filesystem::path log;
    Child child;
  };
  std::vector<Process> devices_;
  std::vector<Process> server_;  // one
};

}  // namespace propius
