#include "sim/virtual_site.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/faulty_store.h"
#include "sim/remote.h"

namespace propius {
namespace {

constexpr Duration kTokenLife = 24h * 365;

std::string LeafName(std::size_t index) { return "leaf-" + std::to_string(index); }
std::string LeafUrl(std::size_t index) { return "sim://" + LeafName(index); }

// Tells the oracle when the root first says that a round is over.
class WatchedControlLink final : public ControlLink {
 public:
  WatchedControlLink(Oracle& oracle, std::unique_ptr<ControlLink> link) : oracle_(oracle), link_(std::move(link)) {}
  void RoundClosed(const RoundClosure& closure, Done<BindCensus> done) override {
    oracle_.RootClosed(closure);
    link_->RoundClosed(closure, std::move(done));
  }

 private:
  Oracle& oracle_;
  std::unique_ptr<ControlLink> link_;
};

}  // namespace

VirtualSite::VirtualSite(VirtualRuntime& world, Faults& faults, Oracle& oracle, History& history, SiteOptions options,
                         SiteSeams seams)
    : world_(world),
      faults_(faults),
      oracle_(oracle),
      history_(history),
      options_(std::move(options)),
      seams_(std::move(seams)),
      sealer_("a secret of simulated clusters, of 32 bytes or more"),
      public_link_(world, faults),
      control_link_(world, faults) {
  AddBuiltinPolicies(policies_);
  if (seams_.reducers) {
    seams_.reducers(reducers_);
  } else {
    AddBuiltinReducers(reducers_);
  }
  options_.clients.leaves.clear();
  control_ = std::make_unique<ProcessOf<ControlServer>>(world_, "control", [this](Life& l) { return BuildControl(l); });
  for (std::size_t i = 0; i < options_.leaves; ++i) {
    options_.clients.leaves.push_back(LeafUrl(i));
    uplinks_.push_back(std::make_unique<Link>(world_, faults_));
    nodes_.push_back(std::make_unique<ProcessOf<NodeServer>>(world_, LeafName(i),
                                                             [this, i](Life& life) { return BuildLeaf(life, i); }));
  }
  nodes_.push_back(
      std::make_unique<ProcessOf<NodeServer>>(world_, "root", [this](Life& life) { return BuildRoot(life); }));
  // A control process that comes back gives the root its time again to say how a round ended.
  oracle_.Watch([this](Time from) { return control().UpSince(std::max(from, control().started())); },
                [this](Time from) { return root().UpSince(from); });
}

VirtualSite::~VirtualSite() = default;

std::size_t VirtualSite::LeafAt(const std::string& url) const {
  for (std::size_t i = 0; i < options_.leaves; ++i) {
    if (LeafUrl(i) == url) return i;
  }
  return options_.leaves;
}

Result<std::unique_ptr<ControlServer>> VirtualSite::BuildControl(Life& life) {
  auto server = std::make_unique<ControlServer>();
  server->store = MakeFaultyJobStore(
      life, OpenMemoryJobStore(life, disk_, {.max_latency = faults_.plan().max_disk_latency}),
      {faults_, [this] { Strike(control()); }}, [this](const JobChanges& changes) { oracle_.Durable(changes); });
  if (seams_.job_store) server->store = seams_.job_store(life, std::move(server->store));
  Result<std::unique_ptr<JobBook>> book = JobBook::Open(life, *server->store);
  if (!book) return tl::unexpected(book.error());
  server->book = *std::move(book);
  server->window = std::make_unique<DeviceWindow>(options_.window);
  Result<std::unique_ptr<Policy>> policy = policies_.Make(options_.policy);
  if (!policy) return tl::unexpected(policy.error());
  server->dispatcher = std::make_unique<Dispatcher>(life, *server->book, *server->window, *std::move(policy));
  server->job_desk = std::make_unique<JobDesk>(life, *server->book, *server->dispatcher, sealer_, options_.jobs);
  server->client_desk = std::make_unique<ClientDesk>(life, *server->book, *server->dispatcher, *server->window, sealer_,
                                                     options_.clients);
  server->client_desk->OnRoundChanged(
      [desk = server->job_desk.get()](const RoundKey& key) { desk->RoundChanged(key); });
  return server;
}

Result<std::unique_ptr<NodeServer>> VirtualSite::BuildRoot(Life& life) {
  auto server = std::make_unique<NodeServer>();
  server->store =
      MakeFaultyTallyStore(life, OpenMemoryTallyStore(life, disk_, {.max_latency = faults_.plan().max_disk_latency}),
                           {faults_, [this] { Strike(root()); }});
  if (seams_.tally_store) server->store = seams_.tally_store(life, std::move(server->store));
  server->control = MakeRemoteControl(life, control_link_, *control_, options_.call_timeout);
  if (seams_.control_link) server->control = seams_.control_link(life, std::move(server->control));
  server->control = std::make_unique<WatchedControlLink>(oracle_, std::move(server->control));
  NodeOptions options = options_.root;
  options.name = "root";
  Result<std::unique_ptr<Node>> node = Node::Open({.runtime = life,
                                                   .reducers = reducers_,
                                                   .sealer = sealer_,
                                                   .store = server->store.get(),
                                                   .control = server->control.get()},
                                                  options);
  if (!node) return tl::unexpected(node.error());
  server->node = *std::move(node);
  return server;
}

Result<std::unique_ptr<NodeServer>> VirtualSite::BuildLeaf(Life& life, std::size_t index) {
  auto server = std::make_unique<NodeServer>();
  const std::string token = sealer_.Seal(NodeToken{LeafName(index), life.Now() + kTokenLife});
  server->uplink = MakeRemoteUplink(life, *uplinks_[index], root(), token, options_.call_timeout);
  if (seams_.uplink) server->uplink = seams_.uplink(life, std::move(server->uplink));
  NodeOptions options = options_.leaf;
  options.name = LeafName(index);
  Result<std::unique_ptr<Node>> node =
      Node::Open({.runtime = life, .reducers = reducers_, .sealer = sealer_, .uplink = server->uplink.get()}, options);
  if (!node) return tl::unexpected(node.error());
  server->node = *std::move(node);
  return server;
}

void VirtualSite::StartAll() {
  Start(*control_);
  for (const auto& node : nodes_) Start(*node);
}

void VirtualSite::Start(ServerProcess& process) {
  if (process.alive()) return;
  history_.Note("start " + process.name());
  const Status started = process.Start();
  if (!started) history_.Violation(process.name() + " did not start: " + started.error().message);
}

}  // namespace propius
