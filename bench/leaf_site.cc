#include "bench/leaf_site.h"

#include <string>
#include <utility>

#include "aggregation/registry.h"
#include "base/crypto.h"
#include "base/real_runtime.h"
#include "dataplane/node.h"
#include "http/data_plane.h"
#include "http/server.h"

namespace propius {
namespace {

constexpr RoundKey kRound{{1}, {1}};

class WillingParent final : public Uplink {
 public:
  WillingParent(Runtime& runtime, RoundTerms terms, Blob plan)
      : runtime_(runtime), terms_(std::move(terms)), plan_(std::move(plan)) {}

  void FetchPlan(const Digest& /*digest*/, Done<Blob> done) override {
    runtime_.Post([plan = plan_, done = std::move(done)] { done(plan); });
  }
  void Claim(const ClaimRequest& /*request*/, Done<ClaimGrant> done) override {
    runtime_.Post([terms = terms_, done = std::move(done)] { done(ClaimGrant{1, {}, terms}); });
  }
  void Push(const Segment& /*segment*/, Done<SegmentVerdict> done) override {
    runtime_.Post([done = std::move(done)] { done(SegmentVerdict::kCommitted); });
  }

 private:
  Runtime& runtime_;
  RoundTerms terms_;
  Blob plan_;
};

struct ServedLeaf {
  ServedLeaf(const RoundTerms& terms, const Blob& plan) : parent(runtime, terms, plan) { AddBuiltinReducers(reducers); }

  RealRuntime runtime{"leaf"};
  ReducerRegistry reducers;
  WillingParent parent;
  std::unique_ptr<Node> node;
  std::unique_ptr<HttpServer> server;
};

}  // namespace

RoundTerms EndlessRound(const Blob& plan, Time now) {
  RoundTerms terms;
  terms.tenant = "tenant";
  terms.job = kRound.job;
  terms.round = kRound.round;
  terms.demand = terms.slots = terms.target = terms.max_slots = 100'000'000;
  terms.deadline = now + 1h;
  terms.plan = Sha256(*plan);
  terms.max_update_bytes = 2 * plan->size();
  terms.max_weight = 10;
  return terms;
}

Ticket TicketOf(const RoundTerms& terms, std::uint32_t slot) {
  Ticket ticket;
  ticket.tenant = terms.tenant;
  ticket.round = terms.key();
  ticket.slot = {slot};
  ticket.device = {slot + 1};
  ticket.plan = terms.plan;
  ticket.max_update_bytes = terms.max_update_bytes;
  ticket.max_weight = terms.max_weight;
  ticket.expires = terms.deadline;
  return ticket;
}

Sealer ClusterSealer() { return Sealer(std::string(32, 's')); }

ForkedServer::Running StartLeaf(const RoundTerms& terms, const Blob& plan) {
  auto leaf = std::make_shared<ServedLeaf>(terms, plan);
  NodeOptions options;
  options.name = "leaf-0";
  leaf->node =
      Node::Open(
          {.runtime = leaf->runtime, .reducers = leaf->reducers, .sealer = ClusterSealer(), .uplink = &leaf->parent},
          options)
          .value();
  leaf->server = HttpServer::Start({}, MakeDataPlane(leaf->runtime, *leaf->node)).value();
  return {leaf->server->port(), leaf};
}

}  // namespace propius
