#include "bench/root_site.h"

#include <future>
#include <utility>

#include "aggregation/registry.h"
#include "base/check.h"
#include "base/real_runtime.h"
#include "bench/leaf_site.h"
#include "dataplane/node.h"
#include "http/data_plane.h"
#include "http/server.h"
#include "store/memory.h"
#include "store/sqlite.h"

namespace propius {
namespace {

struct ServedRoot {
  ServedRoot() { AddBuiltinReducers(reducers); }

  RealRuntime runtime{"root"};
  ReducerRegistry reducers;
  MemoryDisk disk;
  std::unique_ptr<TallyStore> store;
  std::unique_ptr<Node> node;
  std::unique_ptr<HttpServer> server;
};

void OpenRound(ServedRoot& root, const RoundTerms& terms, const Blob& plan) {
  std::promise<Result<PlanReceipt>> opened;
  root.runtime.Post([&] {
    root.node->PutPlan(ClusterSealer().Seal(terms), terms.key(), plan,
                       [&](Result<PlanReceipt> receipt) { opened.set_value(std::move(receipt)); });
  });
  CHECK(opened.get_future().get().has_value());
}

}  // namespace

RoundTerms EndlessTraining(const Blob& plan, std::uint32_t devices, Time now) {
  RoundTerms terms = EndlessRound(plan, now);
  terms.demand = terms.slots = devices;
  terms.target = 0;
  terms.sync = SyncSpec{.model = "asp"};
  return terms;
}

ForkedServer::Running StartRoot(const RoundTerms& terms, const Blob& plan, const std::filesystem::path& file) {
  auto root = std::make_shared<ServedRoot>();
  root->store = file.empty() ? OpenMemoryTallyStore(root->runtime, root->disk, {})
                             : OpenSqliteTallyStore(root->runtime, {.file = file}).value();
  std::promise<std::unique_ptr<Node>> opened;
  root->runtime.Post([&] {
    opened.set_value(Node::Open({.runtime = root->runtime,
                                 .reducers = root->reducers,
                                 .sealer = ClusterSealer(),
                                 .store = root->store.get()},
                                {})
                         .value());
  });
  root->node = opened.get_future().get();
  OpenRound(*root, terms, plan);
  root->server = HttpServer::Start({}, MakeDataPlane(root->runtime, *root->node)).value();
  return {root->server->port(), root};
}

}  // namespace propius
