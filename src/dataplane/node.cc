#include "dataplane/node.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/crypto.h"
#include "dataplane/answer.h"
#include "dataplane/intake.h"
#include "dataplane/local_uplink.h"
#include "dataplane/root.h"
#include "dataplane/watched_store.h"

namespace propius {
namespace {

constexpr Duration kLongestWait = 1h;
constexpr Duration kDrainLook = 10ms;

Duration Bounded(Duration wait) { return std::clamp(wait, Duration::zero(), kLongestWait); }

// A capability of the right seal, for another round than the call's.
template <typename Capability>
Result<Capability> For(const RoundKey& round, const RoundKey& named, Result<Capability> capability) {
  if (named == round) return capability;
  return Fail(Code::kPermissionDenied, "expected a credential for " + Show(round) + ", got one for " + Show(named));
}

}  // namespace

class Node::State : public std::enable_shared_from_this<Node::State> {
 public:
  State(Parts node_parts, NodeOptions node_options) : parts(node_parts), options(std::move(node_options)) {}

  Status Build();
  Result<RoundTerms> Terms(const std::string& token, const RoundKey& round) const;
  Result<Ticket> TicketFor(const std::string& text, const RoundKey& round) const;
  Result<Ticket> WorkerOf(const std::string& text, JobId job) const;
  Status Child(const std::string& token, const std::string& node) const;
  void AwaitDrained(Time limit, Task done);

  Parts parts;
  NodeOptions options;
  std::unique_ptr<WatchedStore> store;  // null at a leaf, as the next
  std::shared_ptr<Root> root;
  std::unique_ptr<Uplink> local;
  std::shared_ptr<PlanShelf> plans;
  std::shared_ptr<Intake> intake;
};

Status Node::State::Build() {
  CHECK((parts.uplink == nullptr) != (parts.store == nullptr));
  Uplink* uplink = parts.uplink;
  if (uplink == nullptr) {
    store = std::make_unique<WatchedStore>(*parts.store);
    Result<std::shared_ptr<Root>> opened = Root::Open({parts.runtime, parts.reducers, *store, parts.control}, options);
    if (!opened) return tl::unexpected(opened.error());
    root = std::move(*opened);
    local = MakeLocalUplink(*root);
    uplink = local.get();
    plans = root->plans();
  } else {
    plans = std::make_shared<PlanShelf>(
        parts.runtime, options.cache, options.push_timeout,
        [uplink](const Digest& digest, Done<Blob> done) { uplink->FetchPlan(digest, std::move(done)); });
  }
  intake = std::make_shared<Intake>(GroupIntake::Parts{parts.runtime, parts.reducers, *uplink, *plans, options});
  return {};
}

Result<RoundTerms> Node::State::Terms(const std::string& token, const RoundKey& round) const {
  Result<RoundTerms> terms = parts.sealer.OpenTerms(token);
  if (!terms) return terms;
  if (!root) {
    return Fail(Code::kPermissionDenied, "expected a call at the root, got one at the leaf " + options.name);
  }
  const RoundKey named = terms->key();
  return For(round, named, std::move(terms));
}

Result<Ticket> Node::State::TicketFor(const std::string& text, const RoundKey& round) const {
  Result<Ticket> ticket = parts.sealer.OpenTicket(text);
  if (!ticket) return ticket;
  const RoundKey named = ticket->round;
  return For(round, named, std::move(ticket));
}

Result<Ticket> Node::State::WorkerOf(const std::string& text, JobId job) const {
  Result<Ticket> ticket = parts.sealer.OpenTicket(text);
  if (!ticket) return ticket;
  if (ticket->round.job != job) {
    return Fail(Code::kPermissionDenied,
                "expected a ticket of " + Show(job) + ", got one of " + Show(ticket->round.job));
  }
  if (!root) return Fail(Code::kPermissionDenied, "expected a call at the root, got one at the leaf " + options.name);
  if (ticket->expires <= parts.runtime.Now()) {
    return Fail(Code::kUnauthenticated, "ticket: expected a live one, got one that has expired");
  }
  return ticket;
}

Status Node::State::Child(const std::string& token, const std::string& node) const {
  const Result<NodeToken> opened = parts.sealer.OpenNode(token);
  if (!opened) return tl::unexpected(opened.error());
  if (opened->expires <= parts.runtime.Now()) {
    return Fail(Code::kUnauthenticated, "node token: expected a live one, got one that has expired");
  }
  if (opened->node != node) {
    return Fail(Code::kPermissionDenied, "node token: expected that of " + node + ", got that of " + opened->node);
  }
  if (!root) return Fail(Code::kPermissionDenied, "expected a call at the root, got one at the leaf " + options.name);
  return {};
}

void Node::State::AwaitDrained(Time limit, Task done) {
  const bool idle = intake->Idle() && (!root || root->Idle());
  if (idle || parts.runtime.Now() >= limit) return parts.runtime.Post(std::move(done));
  parts.runtime.At(std::min(limit, parts.runtime.Now() + kDrainLook),
                   [weak = weak_from_this(), limit, done = std::move(done)] {
                     if (const auto self = weak.lock()) self->AwaitDrained(limit, done);
                   });
}

Node::Node(std::shared_ptr<State> state) : state_(std::move(state)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::Open(Parts parts, NodeOptions options) {
  auto state = std::make_shared<State>(std::move(parts), std::move(options));
  if (const Status built = state->Build(); !built) return tl::unexpected(built.error());
  if (state->root) {
    // Open may run on another thread: from here on, all is the runtime's.
    state->parts.runtime.Post([weak = std::weak_ptr(state->root)] {
      if (const auto root = weak.lock()) root->Start();
    });
  }
  return std::unique_ptr<Node>(new Node(std::move(state)));
}

void Node::PutPlan(const std::string& token, RoundKey round, Blob plan, Done<PlanReceipt> done) {
  const Result<RoundTerms> terms = state_->Terms(token, round);
  if (!terms) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(terms.error()));
  state_->root->PutPlan(*terms, std::move(plan), std::move(done));
}

void Node::GetAggregate(const std::string& token, RoundKey round, Duration wait, Done<Aggregate> done) {
  const Result<RoundTerms> terms = state_->Terms(token, round);
  if (!terms) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(terms.error()));
  state_->root->GetAggregate(round, Bounded(wait), std::move(done));
}

void Node::CloseRound(const std::string& token, RoundKey round, Done<Aggregate> done) {
  const Result<RoundTerms> terms = state_->Terms(token, round);
  if (!terms) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(terms.error()));
  state_->root->CloseRound(round, std::move(done));
}

void Node::GetPlan(const Digest& digest, Done<Blob> done) { state_->plans->Get(digest, std::move(done)); }

void Node::Upload(const std::string& ticket, RoundKey round, Blob update, Duration wait, Done<UploadAnswer> done) {
  const Result<Ticket> opened = state_->TicketFor(ticket, round);
  if (!opened) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(opened.error()));
  state_->intake->Upload(*opened, std::move(update), Bounded(wait), std::move(done));
}

void Node::UploadStatus(const std::string& ticket, RoundKey round, Duration wait, Done<UploadAnswer> done) {
  const Result<Ticket> opened = state_->TicketFor(ticket, round);
  if (!opened) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(opened.error()));
  state_->intake->Query(*opened, Bounded(wait), std::move(done));
}

void Node::Commit(const std::string& ticket, JobId job, const CommitRequest& request, Duration wait,
                  Done<CommitAnswer> done) {
  const Result<Ticket> opened = state_->WorkerOf(ticket, job);
  if (!opened) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(opened.error()));
  state_->root->Commit(*opened, request, Bounded(wait), std::move(done));
}

void Node::Join(const std::string& ticket, JobId job, Duration wait, Done<CommitAnswer> done) {
  const Result<Ticket> opened = state_->WorkerOf(ticket, job);
  if (!opened) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(opened.error()));
  state_->root->Join(*opened, Bounded(wait), std::move(done));
}

void Node::Leave(const std::string& ticket, JobId job, Done<void> done) {
  const Result<Ticket> opened = state_->WorkerOf(ticket, job);
  if (!opened) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(opened.error()));
  state_->root->Leave(*opened, std::move(done));
}

void Node::GetParameters(const std::string& token, JobId job, Done<ParametersView> done) {
  const Result<RoundTerms> named = state_->parts.sealer.OpenTerms(token);
  const RoundKey round{job, named ? named->round : RoundNumber{}};
  const Result<RoundTerms> terms = state_->Terms(token, round);
  if (!terms) return Answer(state_->parts.runtime, std::move(done), tl::unexpected(terms.error()));
  state_->root->GetParameters(round, std::move(done));
}

void Node::Claim(const std::string& token, const ClaimRequest& request, Done<ClaimGrant> done) {
  if (const Status child = state_->Child(token, request.node); !child) {
    return Answer(state_->parts.runtime, std::move(done), tl::unexpected(child.error()));
  }
  state_->root->Claim(request, std::move(done));
}

void Node::Push(const std::string& token, const Segment& segment, Done<SegmentVerdict> done) {
  if (const Status child = state_->Child(token, segment.node); !child) {
    return Answer(state_->parts.runtime, std::move(done), tl::unexpected(child.error()));
  }
  state_->root->Push(segment, std::move(done));
}

Status Node::Ready() const {
  if (!state_->store || state_->store->latest()) return {};
  return Fail(Code::kUnavailable, state_->options.name + ": expected the store to take changes, it refuses them: " +
                                      state_->store->latest().error().message);
}

const Sealer& Node::sealer() const { return state_->parts.sealer; }

void Node::Drain(Duration limit, Task done) {
  state_->intake->Drain();
  state_->AwaitDrained(state_->parts.runtime.Now() + limit, std::move(done));
}

}  // namespace propius
