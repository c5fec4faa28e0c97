#include "apps/control_plane.h"

#include <prometheus/gauge.h>

#include "aggregation/registry.h"
#include "apps/on_runtime.h"
#include "apps/policy_plugin.h"
#include "base/crypto.h"
#include "dataplane/shared_parameters.h"
#include "rpc/services.h"
#include "scheduling/registry.h"
#include "store/sqlite.h"

namespace propius {
namespace {

constexpr Duration kSampleEvery = 1s;

TenantOf MakeTenantOf(const std::vector<Tenant>& tenants) {
  return [tenants](const std::string& token) -> Result<TenantId> {
    if (tenants.empty() && token.empty()) return TenantId("default");
    for (const Tenant& tenant : tenants) {
      if (SameBytes(tenant.token, token)) return tenant.name;
    }
    return Fail(Code::kUnauthenticated, "authorization: expected \"Bearer <token>\" of a tenant of this site, got " +
                                            std::string(token.empty() ? "none" : "an unknown token"));
  };
}

}  // namespace

ControlPlane::ControlPlane() : runtime_("control") {}

Result<std::unique_ptr<ControlPlane>> ControlPlane::Open(const ServeConfig& config, const Sealer& sealer,
                                                         Metrics& metrics) {
  std::unique_ptr<ControlPlane> plane(new ControlPlane());
  if (const Status built = OnRuntime(plane->runtime_, [&] { return plane->Build(config, sealer); }); !built) {
    return tl::unexpected(built.error());
  }
  if (const Status listening = plane->Listen(config, sealer); !listening) return tl::unexpected(listening.error());
  plane->runtime_.Post([plane = plane.get(), &metrics] { plane->Sample(metrics); });
  return plane;
}

ControlPlane::~ControlPlane() {
  server_.reset();
  runtime_.Stop();
}

Status ControlPlane::Build(const ServeConfig& config, const Sealer& sealer) {
  PolicyRegistry policies;
  AddBuiltinPolicies(policies);
  if (const Status added = AddPluginPolicies(policies, config.plugins); !added) return added;
  PolicyOptions options = config.policy.options;
  options.workers = workers_.get();
  auto policy = policies.Make(config.policy.name, options);
  if (!policy) return tl::unexpected(policy.error());

  auto store = OpenSqliteJobStore(runtime_, {.file = config.data_dir / "control.db", .sync = config.sync});
  if (!store) return tl::unexpected(store.error());
  store_ = *std::move(store);
  auto book = JobBook::Open(runtime_, *store_);
  if (!book) return tl::unexpected(book.error());
  book_ = *std::move(book);

  ReducerRegistry reducers;
  AddBuiltinReducers(reducers);
  JobDeskOptions jobs = config.jobs;
  jobs.reducers = reducers.Names();
  jobs.check_sync = [](const SyncSpec& sync, std::uint32_t demand) -> Status {
    const auto model = MakeSyncModel(sync, demand);
    if (!model) return Fail(model.error().code, "sync." + model.error().message);
    return {};
  };

  window_ = std::make_unique<DeviceWindow>(config.window, config.window_limits);
  dispatcher_ = std::make_unique<Dispatcher>(runtime_, *book_, *window_, *std::move(policy));
  job_desk_ = std::make_unique<JobDesk>(runtime_, *book_, *dispatcher_, sealer, jobs);
  ClientDeskOptions clients = config.clients;
  clients.root = config.root_url;
  client_desk_ = std::make_unique<ClientDesk>(runtime_, *book_, *dispatcher_, *window_, sealer, clients);
  client_desk_->OnRoundChanged([desk = job_desk_.get()](const RoundKey& round) { desk->RoundChanged(round); });
  return {};
}

Status ControlPlane::Listen(const ServeConfig& config, const Sealer& sealer) {
  auto server = RpcServer::Start(
      {.address = config.control_at.address, .port = config.control_at.port},
      {MakeJobManagerService(runtime_, *job_desk_,
                             {.tenant_of = MakeTenantOf(config.tenants), .data_plane = config.root_url}),
       MakeClientManagerService(runtime_, *client_desk_),
       MakeSchedulerService(runtime_, *dispatcher_, *window_, sealer),
       MakeRoundBoardService(runtime_, *job_desk_, sealer)});
  if (!server) return tl::unexpected(server.error());
  server_ = *std::move(server);
  return {};
}

void ControlPlane::Sample(Metrics& metrics) {
  double open_jobs = 0;
  double open_rounds = 0;
  double demand = 0;
  for (const auto& [id, job] : book_->jobs()) {
    if (job.state == JobState::kFinished) continue;
    ++open_jobs;
    const Round* round = book_->CurrentRound(id);
    if (round == nullptr || round->closed()) continue;
    ++open_rounds;
    if (round->open()) demand += round->terms.slots - round->live;
  }
  window_->Age(runtime_.Now());
  metrics.Gauge("propius_jobs_open", "Jobs that are registered and not finished.").Set(open_jobs);
  metrics.Gauge("propius_rounds_open", "Rounds that are requested and not closed.").Set(open_rounds);
  metrics.Gauge("propius_demand_open", "Slots of open rounds that wait for a device.").Set(demand);
  metrics.Gauge("propius_devices_in_window", "Devices heard from within the window.")
      .Set(static_cast<double>(window_->Size()));
  metrics.Gauge("propius_plans_made_total", "Plans that the scheduling policy made.")
      .Set(static_cast<double>(dispatcher_->plans_made()));
  if (const auto batches = client_desk_->batch_figures()) {
    const auto gauge = [&](const char* name, const char* what, auto value) {
      metrics.Gauge(name, what).Set(static_cast<double>(value));
    };
    gauge("propius_batches_made_total", "Small batches that looked at devices.", batches->batches);
    gauge("propius_batch_devices_total", "Devices that small batches looked at.", batches->looked_at);
    gauge("propius_batch_matches_total", "Of them, devices that were matched.", batches->matched);
    gauge("propius_batch_latest_devices", "Devices that the latest small batch looked at.", batches->latest_looked_at);
    gauge("propius_batch_latest_matches", "Of them, devices that were matched.", batches->latest_matched);
    gauge("propius_devices_waiting", "Devices that wait for a small batch.", batches->waiting);
    gauge("propius_devices_promised", "Devices that were matched and have not taken their place.", batches->promised);
  }
  runtime_.After(kSampleEvery, [this, &metrics] { Sample(metrics); });
}

Status ControlPlane::Ready() {
  const bool healthy = OnRuntime(runtime_, [this] { return book_->healthy(); });
  if (!healthy) return Fail(Code::kUnavailable, "control plane: expected the store to take changes, it refuses them");
  return {};
}

void ControlPlane::StopTaking() { server_->StopTaking(); }

void ControlPlane::Drain(Duration limit) { server_->Drain(limit); }

}  // namespace propius
