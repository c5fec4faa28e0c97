// One `propius serve` on loopback and other processes of this binary around it, with their logs in one folder. All end
// with it; a server that dies is started again, on its own store and ports.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/child.h"
#include "base/result.h"

namespace propius {

struct SitePorts {
  std::uint16_t control = 0;
  std::uint16_t root = 0;
  std::uint16_t leaf = 0;
  std::uint16_t admin = 0;
};
// The tables [control], [root], [leaf] and [admin] with these ports; keys that follow belong to [root], which is last.
std::string PortTables(const SitePorts& ports);

class LocalSite {
 public:
  // `config`: the text of its propius.toml. Waits until the server is ready.
  static Result<std::unique_ptr<LocalSite>> Start(const std::filesystem::path& folder,
                                                  const std::function<std::string(const SitePorts&)>& config);

  // Another process: `propius` with these arguments; its output goes to NAME.log.
  Status Run(const std::string& name, const std::vector<std::string>& arguments);
  // Waits until the server has heard of so many devices. `stopped`: gives up once it says so.
  Status AwaitDevices(std::size_t count, const std::function<bool()>& stopped);
  // Starts the server again if it has ended. An error with the end of the log if that does not help, or if another
  // process has ended by itself.
  Status Check();
  void StopOthers();
  void Stop();

  const SitePorts& ports() const { return ports_; }
  std::string job_manager() const { return "127.0.0.1:" + std::to_string(ports_.control); }
  const std::filesystem::path& folder() const { return folder_; }
  int restarts() const { return restarts_; }

 private:
  struct Process {
    std::string name;
    std::filesystem::path log;
    Child child;
  };
  explicit LocalSite(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Status StartServer();
  // The admin port's answer; none while there is none.
  std::string Ask(const std::string& path);
  static std::optional<Error> Ended(Process& process);

  const std::filesystem::path folder_;
  SitePorts ports_;
  std::optional<Process> server_;
  std::vector<Process> others_;
  int restarts_ = 0;
};

}  // namespace propius
