#include "apps/local_site.h"

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
// More than anybody kills it to see what happens; a server that cannot run would be started for ever.
constexpr int kMostRestarts = 20;

}  // namespace

std::string PortTables(const SitePorts& ports) {
  std::string text;
  for (const auto& [name, port] :
       {std::pair{"control", ports.control}, {"leaf", ports.leaf}, {"admin", ports.admin}, {"root", ports.root}}) {
    text += "\n[" + std::string(name) + "]\nport = " + std::to_string(port) + "\n";
  }
  return text;
}

Result<std::unique_ptr<LocalSite>> LocalSite::Start(const std::filesystem::path& folder,
                                                    const std::function<std::string(const SitePorts&)>& config) {
  const auto ports = FindFreePorts(4);
  if (!ports) return tl::unexpected(ports.error());
  std::unique_ptr<LocalSite> site(new LocalSite(folder));
  site->ports_ = {.control = ports->at(0), .root = ports->at(1), .leaf = ports->at(2), .admin = ports->at(3)};
  if (const Status made = MakeFolder(folder / "server"); !made) return tl::unexpected(made.error());
  const Status written = WriteFile(folder / "server" / "propius.toml", config(site->ports_));
  if (!written) return tl::unexpected(written.error());
  if (const Status started = site->StartServer(); !started) return tl::unexpected(started.error());
  return site;
}

Status LocalSite::StartServer() {
  const std::filesystem::path log = folder_ / "server" / "serve.log";
  server_.reset();
  auto child = Child::Start(ExecutableFolder() / "propius",
                            {"serve", "--config", (folder_ / "server" / "propius.toml").string()}, log);
  if (!child) return tl::unexpected(child.error());
  server_.emplace(Process{"propius serve", log, *std::move(child)});
  for (const Time end = RealNow() + kStartLimit; RealNow() < end; SleepFor(kPoll)) {
    if (const auto ended = Ended(*server_)) return tl::unexpected(*ended);
    if (!Ask("/readyz").empty()) return {};
  }
  return Fail(Code::kDeadlineExceeded, "propius serve: expected it to be ready within " + FormatDuration(kStartLimit));
}

std::string LocalSite::Ask(const std::string& path) {
  Fetcher fetcher;
  FetchRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(ports_.admin) + path;
  request.timeout = 1s;
  const auto answer = fetcher.Fetch(request);
  return answer && answer->status == 200 ? answer->body : "";
}

Status LocalSite::Run(const std::string& name, const std::vector<std::string>& arguments) {
  const std::filesystem::path log = folder_ / (name + ".log");
  auto child = Child::Start(ExecutableFolder() / "propius", arguments, log);
  if (!child) return tl::unexpected(child.error());
  others_.push_back({name, log, *std::move(child)});
  return {};
}

Status LocalSite::AwaitDevices(std::size_t count, const std::function<bool()>& stopped) {
  const std::string all = "propius_devices_in_window " + std::to_string(count) + "\n";
  for (const Time end = RealNow() + kFleetLimit; RealNow() < end; SleepFor(kPoll)) {
    if (stopped()) return Fail(Code::kAborted, "stopped");
    if (const Status alive = Check(); !alive) return alive;
    if (Ask("/metrics").find(all) != std::string::npos) return {};
  }
  return Fail(Code::kDeadlineExceeded, "fleet: expected " + std::to_string(count) + " devices to check in within " +
                                           FormatDuration(kFleetLimit));
}

std::optional<Error> LocalSite::Ended(Process& process) {
  const std::optional<int> code = process.child.Ended();
  if (!code) return std::nullopt;
  const std::string log = ReadFile(process.log).value_or("");
  return Error{Code::kUnavailable, process.name + ": expected it to run, it ended with code " + std::to_string(*code) +
                                       ": " + log.substr(log.size() - std::min(log.size(), kLogTail))};
}

Status LocalSite::Check() {
  for (Process& process : others_) {
    if (const auto ended = Ended(process)) return tl::unexpected(*ended);
  }
  if (const auto ended = server_ ? Ended(*server_) : std::nullopt) {
    if (++restarts_ > kMostRestarts) return tl::unexpected(*ended);
    return StartServer();
  }
  return {};
}

void LocalSite::StopOthers() {
  for (Process& process : others_) process.child.Kill(SIGTERM);
  others_.clear();
}

void LocalSite::Stop() {
  StopOthers();
  server_.reset();
}

}  // namespace propius
