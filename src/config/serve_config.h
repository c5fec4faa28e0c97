// What `propius serve` reads: propius.toml, PROPIUS_* of the environment, --set of the command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/listener.h"
#include "control/client_desk.h"
#include "control/job_desk.h"
#include "dataplane/node.h"
#include "scheduling/registry.h"

namespace propius {

struct Tenant {
  TenantId name;
  std::string token;
};

struct ServeConfig {
  bool control = true;  // job manager, scheduler and client manager
  bool root = true;
  bool leaf = true;

  std::filesystem::path data_dir;
  std::filesystem::path secret_file;  // empty: data_dir/cluster.key, made at first start
  bool sync = true;

  Listener control_at;
  Listener root_at;
  Listener leaf_at;
  Listener admin_at;
  std::string control_target;  // how a root reaches the control plane: host:port
  std::string root_url;        // how jobs and leaves reach the root

  PolicyChoice policy;
  std::vector<std::string> plugins;  // files of shared libraries with policies
  Duration window{};
  DeviceWindowLimits window_limits;
  JobDeskOptions jobs;
  ClientDeskOptions clients;
  NodeOptions root_node;
  NodeOptions leaf_node;
  std::vector<Tenant> tenants;

  std::string in_force;  // the whole of it as TOML, tokens hidden
};

// A value that outranks the file: "leaf.port", its text, and where it came from.
struct ConfigOverride {
  std::string key;
  std::string value;
  std::string origin;
};

// `name` stands for the file in messages. Relative paths are taken from `folder`.
Result<ServeConfig> ParseServeConfig(std::string_view text, const std::string& name,
                                     const std::filesystem::path& folder, const std::vector<ConfigOverride>& overrides);
// Variables PROPIUS_<TABLE>_<KEY>, for every key that is read. An unknown key of a table is an error with the nearest
// known name; what names no table is not ours.
Result<std::vector<ConfigOverride>> OverridesOf(const std::map<std::string, std::string>& environment);
// `path` "": no file, all defaults. Reads the environment too.
Result<ServeConfig> ReadServeConfig(const std::string& path, const std::vector<ConfigOverride>& flags);

}  // namespace propius
