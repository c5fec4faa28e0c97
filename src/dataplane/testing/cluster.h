// A root, its disk, its control plane and some leaves, with a network between them that loses, doubles and delays.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/node.h"
#include "dataplane/testing/events.h"
#include "dataplane/testing/heard.h"
#include "dataplane/testing/rounds.h"
#include "dataplane/testing/world.h"
#include "store/memory.h"

namespace propius {

struct Weather {
  double lost = 0;       // of each message, either way
  double doubled = 0;    // of each request
  Duration delay = 0us;  // at most
};

// The job desk: knows how many slots are bound, and answers unless it is out.
class FakeControl final : public ControlLink {
 public:
  explicit FakeControl(World& world) : world_(world) {}

  void RoundClosed(const RoundClosure& closure, Done<BindCensus> done) override {
    closures.push_back(closure);
    if (silent) return;
    world_.Post([this, done = std::move(done)] {
      if (failing) return done(Fail(Code::kUnavailable, "control is out"));
      if (unknown) return done(Fail(Code::kNotFound, "no such round"));
      done(census);
    });
  }

  BindCensus census;
  bool silent = false;
  bool failing = false;
  bool unknown = false;
  std::vector<RoundClosure> closures;

 private:
  World& world_;
};

class Cluster {
 public:
  explicit Cluster(std::uint64_t seed = 1) : world(seed), control(world) {}

  struct Member {
    std::unique_ptr<Process> process;
    std::unique_ptr<TallyStore> store;
    std::unique_ptr<Uplink> uplink;
    std::unique_ptr<Node> node;
    bool cut = false;  // from its parent
  };

  Status StartRoot() {
    root = {};
    root.process = std::make_unique<Process>(world);
    root.store = OpenMemoryTallyStore(*root.process, disk, disk_options);
    if (wrap_store) root.store = wrap_store(std::move(root.store));
    NodeOptions named = options;
    named.name = "root";
    Result<std::unique_ptr<Node>> node = Node::Open(
        {*root.process, TestReducers(), sealer, nullptr, root.store.get(), with_control ? &control : nullptr}, named);
    if (!node) return tl::unexpected(node.error());
    root.node = std::move(*node);
    return {};
  }
  void KillRoot() { Kill(root); }

  Member& StartLeaf(const std::string& name) {
    Member& leaf = leaves[name];
    Kill(leaf);
    leaf.process = std::make_unique<Process>(world);
    leaf.uplink = std::make_unique<Link>(*this, name, *leaf.process);
    NodeOptions named = options;
    named.name = name;
    leaf.node =
        std::move(*Node::Open({*leaf.process, TestReducers(), sealer, leaf.uplink.get(), nullptr, nullptr}, named));
    return leaf;
  }
  void KillLeaf(const std::string& name) { Kill(leaves[name]); }

  // Publishes the plan; the round is open.
  RoundTerms OpenRound(RoundKey round, std::uint32_t target, Duration deadline) {
    const Blob plan = MakePlan();
    const RoundTerms terms = MakeTerms(round, plan, world.Now() + deadline, target);
    Heard<PlanReceipt> receipt;
    root.node->PutPlan(sealer.Seal(terms), round, plan, receipt.done());
    world.RunFor(100ms);
    CHECK(receipt.any() && receipt.result().has_value());
    return terms;
  }

  Heard<UploadAnswer> Upload(Node& node, const RoundTerms& terms, std::uint32_t slot, Duration wait = 0us,
                             std::uint32_t groups = 1) {
    return Send(node, MakeTicket(terms, slot, groups), UpdateOf(slot), wait);
  }
  Heard<UploadAnswer> Send(Node& node, const Ticket& ticket, Blob update, Duration wait = 0us) {
    Heard<UploadAnswer> heard;
    node.Upload(sealer.Seal(ticket), ticket.round, std::move(update), wait, heard.done());
    return heard;
  }
  Heard<UploadAnswer> Ask(Node& node, const Ticket& ticket, Duration wait = 0us) {
    Heard<UploadAnswer> heard;
    node.UploadStatus(sealer.Seal(ticket), ticket.round, wait, heard.done());
    return heard;
  }
  Heard<Aggregate> Read(const RoundTerms& terms, Duration wait = 0us) {
    Heard<Aggregate> heard;
    root.node->GetAggregate(sealer.Seal(terms), terms.key(), wait, heard.done());
    return heard;
  }

  World world;
  EventTrap events;
  Sealer sealer{std::string(32, 's')};
  MemoryDisk disk;
  MemoryDiskOptions disk_options;
  FakeControl control;
  std::function<std::unique_ptr<TallyStore>(std::unique_ptr<TallyStore>)> wrap_store;
  bool with_control = true;
  NodeOptions options;
  Weather weather;
  Member root;
  std::map<std::string, Member> leaves;
  int plan_fetches = 0;
  int pushes = 0;

 private:
  static void Kill(Member& member) {
    member.process.reset();
    member.node.reset();
    member.uplink.reset();
    member.store.reset();
  }

  // The way from one leaf's process to the root and back.
  class Link final : public Uplink {
   public:
    Link(Cluster& cluster, std::string name, Runtime& leaf) : cluster_(cluster), name_(std::move(name)), leaf_(leaf) {}

    void FetchPlan(const Digest& digest, Done<Blob> done) override {
      ++cluster_.plan_fetches;
      Travel<Blob>([digest](Node& node, const std::string&, Done<Blob> back) { node.GetPlan(digest, std::move(back)); },
                   std::move(done));
    }
    void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override {
      Travel<ClaimGrant>([request](Node& node, const std::string& token,
                                   Done<ClaimGrant> back) { node.Claim(token, request, std::move(back)); },
                         std::move(done));
    }
    void Push(const Segment& segment, Done<SegmentVerdict> done) override {
      ++cluster_.pushes;
      Travel<SegmentVerdict>([segment](Node& node, const std::string& token,
                                       Done<SegmentVerdict> back) { node.Push(token, segment, std::move(back)); },
                             std::move(done));
    }

   private:
    // A message outlives its sender, an answer does not find it.
    template <typename T>
    void Travel(std::function<void(Node&, const std::string&, Done<T>)> call, Done<T> done) {
      const auto answered = std::make_shared<bool>(false);
      const auto back = [&cluster = cluster_, &leaf = leaf_, name = name_, sender = std::weak_ptr(alive_),
                         done = std::move(done), answered](const Result<T>& answer) {
        if (sender.expired() || cluster.leaves[name].cut || cluster.Loses()) return;
        leaf.After(cluster.Delay(), [done, answer, answered] {
          if (!std::exchange(*answered, true)) done(answer);
        });
      };
      const auto arrive = [&cluster = cluster_, name = name_, call = std::move(call), back] {
        if (!cluster.root.node || cluster.leaves[name].cut) return;
        call(*cluster.root.node, cluster.sealer.Seal(NodeToken{name, cluster.world.Now() + 1h}), back);
      };
      if (!cluster_.Loses()) cluster_.world.After(cluster_.Delay(), arrive);
      if (cluster_.world.Chance().Chance(cluster_.weather.doubled)) cluster_.world.After(cluster_.Delay() * 20, arrive);
    }

    Cluster& cluster_;
    std::string name_;
    Runtime& leaf_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  };

  bool Loses() { return world.Chance().Chance(weather.lost); }
  Duration Delay() {
    if (weather.delay == 0us) return weather.delay;
    return Duration(
        static_cast<Duration::rep>(world.Chance().Below(static_cast<std::uint64_t>(weather.delay.count()))));
  }
};

}  // namespace propius
