#include "apps/data_plane_server.h"

#include "apps/on_runtime.h"
#include "domain/safetensors_header.h"
#include "http/call_metrics.h"
#include "http/data_plane.h"
#include "http/tree_messages.h"
#include "http/uplink.h"
#include "rpc/control_link.h"
#include "store/sqlite.h"

namespace propius {
namespace {

constexpr int kUplinkThreads = 4;

}  // namespace

DataPlaneServer::DataPlaneServer(const std::string& name) : name_(name), runtime_(name) {
  AddBuiltinReducers(reducers_);
}

DataPlaneServer::~DataPlaneServer() {
  server_.reset();
  runtime_.Stop();  // its timers call the uplink, which needs the workers
  node_.reset();
  uplink_.reset();  // gives up the calls that the workers wait for
  workers_.reset();
}

Result<std::unique_ptr<DataPlaneServer>> DataPlaneServer::OpenRoot(const ServeConfig& config, const Sealer& sealer,
                                                                   Metrics& metrics) {
  std::unique_ptr<DataPlaneServer> root(new DataPlaneServer(config.root_node.name));
  auto store = OpenSqliteTallyStore(root->runtime_, {.file = config.data_dir / "root.db", .sync = config.sync});
  if (!store) return tl::unexpected(store.error());
  root->store_ = *std::move(store);
  root->control_ = MakeRpcControlLink(root->runtime_, config.control_target, sealer);
  if (const Status open = root->OpenNode(sealer, config.root_node); !open) return tl::unexpected(open.error());
  const Status listening = root->Listen(config.root_at, config.root_node, metrics);
  if (!listening) return tl::unexpected(listening.error());
  return root;
}

Result<std::unique_ptr<DataPlaneServer>> DataPlaneServer::OpenLeaf(const ServeConfig& config, const Sealer& sealer,
                                                                   Metrics& metrics) {
  std::unique_ptr<DataPlaneServer> leaf(new DataPlaneServer(config.leaf_node.name));
  leaf->workers_ = MakeThreadWorkers(kUplinkThreads);
  leaf->uplink_ = MakeHttpUplink(
      leaf->runtime_, *leaf->workers_, sealer,
      {.parent = config.root_url, .node = config.leaf_node.name, .timeout = config.leaf_node.push_timeout});
  if (const Status open = leaf->OpenNode(sealer, config.leaf_node); !open) return tl::unexpected(open.error());
  const Status listening = leaf->Listen(config.leaf_at, config.leaf_node, metrics);
  if (!listening) return tl::unexpected(listening.error());
  return leaf;
}

Status DataPlaneServer::OpenNode(const Sealer& sealer, const NodeOptions& options) {
  auto node = OnRuntime(runtime_, [&] {
    return Node::Open({.runtime = runtime_,
                       .reducers = reducers_,
                       .sealer = sealer,
                       .uplink = uplink_.get(),
                       .store = store_.get(),
                       .control = control_.get()},
                      options);
  });
  if (!node) return tl::unexpected(node.error());
  node_ = *std::move(node);
  return {};
}

Status DataPlaneServer::Listen(const Listener& at, const NodeOptions& options, Metrics& metrics) {
  HttpServerOptions http;
  http.address = at.address;
  http.port = at.port;
  // The largest is a segment: sums with a header, and a text.
  http.max_body_bytes = options.max_sum_bytes() + kMaxHeaderBytes + kMaxSegmentText;
  http.gate = Counted(metrics, name_, MakeDataPlaneGate(*node_));
  auto server = HttpServer::Start(http, Counted(metrics, name_, MakeDataPlane(runtime_, *node_, options.cache.ttl)));
  if (!server) return tl::unexpected(server.error());
  server_ = *std::move(server);
  return {};
}

Status DataPlaneServer::Ready() {
  return OnRuntime(runtime_, [this] { return node_->Ready(); });
}

void DataPlaneServer::Drain(Duration limit) {
  const auto drained = std::make_shared<std::promise<void>>();
  runtime_.Post([this, limit, drained] { node_->Drain(limit, [drained] { drained->set_value(); }); });
  drained->get_future().wait();
}

}  // namespace propius
