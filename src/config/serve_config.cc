#include "config/serve_config.h"

#include <algorithm>
#include <cctype>

#include "base/real_runtime.h"
#include "config/files.h"
#include "config/toml_reader.h"

namespace propius {
namespace {

constexpr std::string_view kPrefix = "PROPIUS_";

Listener ReadListener(TomlTable& table, std::uint16_t port) {
  Listener listener;
  const Result<std::string> address = ParseAddress(table.Text("address", listener.address));
  if (address) {
    listener.address = *address;
  } else {
    table.Complain("address", address.error().message);
  }
  listener.port = static_cast<std::uint16_t>(table.Whole("port", 1, 65535, port));
  return listener;
}

void ReadRoles(TomlTable& server, ServeConfig& config) {
  config.control = config.root = config.leaf = false;
  std::set<std::string> control;
  for (const std::string& role : server.Texts("roles", {"all"})) {
    if (role == "all") {
      config.control = config.root = config.leaf = true;
    } else if (role == "root") {
      config.root = true;
    } else if (role == "leaf") {
      config.leaf = true;
    } else if (role == "job-manager" || role == "scheduler" || role == "client-manager") {
      control.insert(role);
    } else {
      server.Complain("roles",
                      "expected all, job-manager, scheduler, client-manager, root or leaf, got \"" + role + "\"");
    }
  }
  if (control.size() == 3) config.control = true;
  if (!control.empty() && control.size() < 3) {
    server.Complain("roles",
                    "expected job-manager, scheduler and client-manager together: with the embedded store they "
                    "share one process; got \"" +
                        *control.begin() + "\"");
  }
}

void ReadScheduler(TomlTable scheduler, const std::filesystem::path& folder, ServeConfig& config) {
  const std::string mode = scheduler.Text("mode", "online");
  if (mode == "small_batch") {
    config.clients.mode = MatchMode::kSmallBatch;
  } else if (mode != "online") {
    scheduler.Complain("mode", "expected \"online\" or \"small_batch\", got \"" + mode + "\"");
  }
  config.clients.batch_interval = scheduler.Span("batch_interval", 10ms, 1h, config.clients.batch_interval);
  config.clients.batch_size = static_cast<std::size_t>(
      scheduler.Whole("batch_size", 1, 1'000'000'000, static_cast<std::int64_t>(config.clients.batch_size)));

  for (const std::string& library : scheduler.Texts("plugins", {})) {
    config.plugins.push_back((folder / library).string());
  }
  config.policy.name = scheduler.Text("policy", "srsf");
  PolicyOptions& options = config.policy.options;
  options.tiers = static_cast<std::uint32_t>(scheduler.Whole("tiers", 1, 64, options.tiers));
  options.fairness = scheduler.Real("fairness", 0, 100, options.fairness);
  options.ageing = scheduler.Real("ageing", 0, 100, options.ageing);
  options.parts = static_cast<std::uint32_t>(scheduler.Whole("parts", 1, 4'096, options.parts));
  options.inner = scheduler.Text("inner", options.inner);
  const Attributes shares = scheduler.Numbers("tenant_shares");
  TomlTable tenants = scheduler.Table("tenant_shares");
  for (const Attribute& share : shares.entries()) {
    options.tenant_shares.emplace(share.name, tenants.Real(share.name, 1e-6, 1e6, 1));
  }
  if (const Status status = Validate(options); !status) scheduler.Complain("tenant_shares", status.error().message);
}

void ReadLimits(TomlTable limits, JobDeskOptions& jobs) {
  constexpr std::int64_t kMany = 1'000'000'000;
  const auto whole = [&](const char* key, std::uint32_t& value) {
    value = static_cast<std::uint32_t>(limits.Whole(key, 0, kMany, value));
  };
  whole("max_slots_per_round", jobs.max_slots_per_round);
  whole("max_open_jobs", jobs.max_open_jobs);
  whole("max_open_jobs_per_tenant", jobs.max_open_jobs_per_tenant);
  whole("max_rounds", jobs.max_rounds);
  jobs.max_deadline = limits.Span("max_deadline", 1s, 24h * 30, jobs.max_deadline);
  jobs.max_update_bytes = static_cast<std::uint64_t>(
      limits.Whole("max_update_bytes", 1, std::int64_t{4} << 30, static_cast<std::int64_t>(jobs.max_update_bytes)));
  jobs.max_silence = limits.Span("max_silence", 1s, 24h * 365, jobs.max_silence);
  jobs.retention = limits.Span("retention", 0s, 24h * 365, jobs.retention);
  jobs.reply_retention = limits.Span("reply_retention", 1min, 24h * 365, jobs.reply_retention);
  jobs.close_grace = limits.Span("close_grace", 100ms, 1h, jobs.close_grace);
}

void ReadRoot(TomlTable& table, NodeOptions& node) {
  node.name = "root";
  node.persist_after = table.Span("persist_after", 0s, 10s, node.persist_after);
  node.owner_lease = table.Span("owner_lease", 10ms, 10min, node.owner_lease);
  node.retention = table.Span("retention", 1s, 24h * 365, node.retention);
  node.closed_rounds_per_job =
      static_cast<std::uint32_t>(table.Whole("closed_rounds_per_job", 1, 10'000, node.closed_rounds_per_job));
  node.max_plan_bytes = static_cast<std::uint64_t>(
      table.Whole("max_plan_bytes", 1, kMaxSumBytes / 2, static_cast<std::int64_t>(node.max_plan_bytes)));
}

void ReadLeaf(TomlTable& table, NodeOptions& node) {
  node.name = table.Text("name", "leaf-0");
  node.seal_after = table.Span("seal_after", 0s, 1min, node.seal_after);
  node.seal_count = static_cast<std::uint32_t>(table.Whole("seal_count", 1, 100'000, node.seal_count));
  node.cache.ttl = table.Span("cache_ttl", 1s, 24h * 365, node.cache.ttl);
  node.cache.max_bytes = static_cast<std::uint64_t>(
      table.Whole("cache_bytes", 1, std::int64_t{1} << 44, static_cast<std::int64_t>(node.cache.max_bytes)));
}

void ReadTenants(TomlTable& top, ServeConfig& config) {
  std::set<std::string> tokens;
  for (TomlTable& table : top.Tables("tenant")) {
    Tenant tenant{table.Text("name", ""), table.Secret("token")};
    if (!IsAttributeName(tenant.name)) {
      table.Complain("name", "expected lower-case letters, digits and _, got \"" + tenant.name + "\"");
    }
    if (tenant.token.size() < 16) table.Complain("token", "expected at least 16 characters");
    if (!tokens.insert(tenant.token).second)
      table.Complain("token", "expected a token of its own, got another tenant's");
    config.tenants.push_back(std::move(tenant));
  }
}

ServeConfig ReadTables(TomlTable& top, const std::filesystem::path& folder) {
  ServeConfig config;
  TomlTable server = top.Table("server");
  ReadRoles(server, config);
  config.data_dir = folder / server.Text("data_dir", "propius-data");
  const std::string secret = server.Text("secret_file", "");
  config.secret_file = secret.empty() ? config.data_dir / "cluster.key" : folder / secret;
  const bool open_to_network = server.Flag("public", false);

  TomlTable control = top.Table("control");
  TomlTable root = top.Table("root");
  TomlTable leaf = top.Table("leaf");
  TomlTable admin = top.Table("admin");
  config.control_at = ReadListener(control, 20400);
  config.root_at = ReadListener(root, 20401);
  config.leaf_at = ReadListener(leaf, 20402);
  config.admin_at = ReadListener(admin, 20403);
  for (auto& [table, listener] : {std::pair{&control, &config.control_at},
                                  {&root, &config.root_at},
                                  {&leaf, &config.leaf_at},
                                  {&admin, &config.admin_at}}) {
    if (!open_to_network && !listener->IsLoopback()) {
      table->Complain("address", "expected a loopback address, got \"" + listener->address +
                                     "\": set server.public = true to listen to a network, behind a proxy only "
                                     "(docs/operators.md)");
    }
  }
  config.root_url = root.Text("url", leaf.Text("parent", config.root_at.Url()));
  config.control_target = root.Text("control", config.control_at.HostPort());
  ReadRoot(root, config.root_node);
  ReadLeaf(leaf, config.leaf_node);

  config.sync = top.Table("store").Flag("sync", true);
  ReadScheduler(top.Table("scheduler"), folder, config);

  TomlTable clients = top.Table("client_manager");
  config.window = clients.Span("window", 1s, 24h, 1000s);
  config.window_limits.devices = static_cast<std::size_t>(clients.Whole("max_devices", 1, 1'000'000'000, 2'000'000));
  config.window_limits.profiles = static_cast<std::size_t>(clients.Whole("max_profiles", 1, 10'000'000, 20'000));
  config.clients.leaves = clients.Texts("leaves", {config.leaf_at.Url()});
  if (config.clients.leaves.empty()) clients.Complain("leaves", "expected at least one base URL, got none");
  config.clients.lease = clients.Span("lease", 100ms, 24h, config.clients.lease);
  config.clients.max_offers = static_cast<std::size_t>(clients.Whole("max_offers", 1, 100, 20));
  config.clients.target_checkins_per_second =
      clients.Real("target_checkins_per_second", 0.001, 1e9, config.clients.target_checkins_per_second);
  config.clients.min_retry = clients.Span("min_retry", 1ms, 24h, config.clients.min_retry);
  config.clients.max_retry = clients.Span("max_retry", config.clients.min_retry, 24h,
                                          std::max(config.clients.min_retry, config.clients.max_retry));
  ReadLimits(top.Table("limits"), config.jobs);
  ReadTenants(top, config);

  return config;
}

// "PROPIUS_LEAF_PORT" of "leaf.port".
std::string VariableOf(const std::string& key) {
  std::string name(kPrefix);
  for (const char c : key) name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

Result<ServeConfig> ParseServeConfig(std::string_view text, const std::string& name,
                                     const std::filesystem::path& folder,
                                     const std::vector<ConfigOverride>& overrides) {
  Result<TomlTable> top = TomlTable::Parse(text, name);
  if (!top) return tl::unexpected(top.error());
  for (const ConfigOverride& over : overrides) top->Override(over.key, over.value, over.origin);
  ServeConfig config = ReadTables(*top, folder);
  if (const Status status = top->Finish(); !status) return tl::unexpected(status.error());
  config.in_force = top->InForce();
  return config;
}

Result<std::vector<ConfigOverride>> OverridesOf(const std::map<std::string, std::string>& environment) {
  TomlTable defaults = *TomlTable::Parse("", "defaults");
  static_cast<void>(ReadTables(defaults, {}));
  std::map<std::string, std::string> keys;  // by variable
  std::set<std::string> tables;             // how the variables of one begin
  for (const std::string& key : defaults.Keys()) {
    keys.emplace(VariableOf(key), key);
    tables.insert(VariableOf(key.substr(0, key.find('.'))) + "_");
  }
  std::vector<ConfigOverride> overrides;
  for (const auto& [name, value] : environment) {
    if (const auto found = keys.find(name); found != keys.end()) {
      overrides.push_back({found->second, value, name});
    } else if (std::ranges::any_of(tables, [&name = name](const auto& table) { return name.starts_with(table); })) {
      std::vector<std::string> names;
      for (const auto& [variable, key] : keys) names.push_back(variable);
      const std::string nearest = Nearest(name, names);
      return Fail(Code::kInvalidArgument, name + ": unknown key in the environment, " +
                                              (nearest.empty() ? "propius serve --print-config shows them"
                                                               : "did you mean \"" + nearest + "\"?"));
    }
  }
  return overrides;
}

Result<ServeConfig> ReadServeConfig(const std::string& path, const std::vector<ConfigOverride>& flags) {
  Result<std::vector<ConfigOverride>> overrides = OverridesOf(EnvironmentFrom(std::string(kPrefix)));
  if (!overrides) return tl::unexpected(overrides.error());
  overrides->insert(overrides->end(), flags.begin(), flags.end());
  if (path.empty()) return ParseServeConfig("", "defaults", std::filesystem::current_path(), *overrides);
  return ReadFile(path).and_then([&](const std::string& text) {
    return ParseServeConfig(text, path, std::filesystem::absolute(path).parent_path(), *overrides);
  });
}

}  // namespace propius
