// Bugs planted into a running site through its seams: the swarm must find each within a few seeds.
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/swarm.h"

namespace propius {
namespace {

// Passes everything on; a mutant overrides what it breaks.
class PassingUplink : public Uplink {
 public:
  explicit PassingUplink(std::unique_ptr<Uplink> real) : real_(std::move(real)) {}
  void FetchPlan(const Digest& digest, Done<Blob> done) override { real_->FetchPlan(digest, std::move(done)); }
  void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override { real_->Claim(request, std::move(done)); }
  void Push(const Segment& segment, Done<SegmentVerdict> done) override { real_->Push(segment, std::move(done)); }

 protected:
  Uplink& real() { return *real_; }

 private:
  std::unique_ptr<Uplink> real_;
};

template <typename Mutant>
SiteSeams WithUplink() {
  SiteSeams seams;
  seams.uplink = [](Life& life, std::unique_ptr<Uplink> real) {
    return std::make_unique<Mutant>(life, std::move(real));
  };
  return seams;
}

// A busy site whose processes die often and whose messages are sometimes lost.
Scenario MakeBusy(std::uint64_t seed) {
  Scenario scenario = MakePlain(seed, "random");
  scenario.name = "Busy";
  scenario.storm = 3min;
  scenario.limit = 10min;
  scenario.site.leaf.owner_lease = scenario.site.root.owner_lease = 500ms;
  scenario.site.leaf.push_timeout = 3s;
  scenario.faults.lose = 0.05;
  scenario.faults.kill_leaf = 8s;
  scenario.faults.kill_root = 15s;
  scenario.faults.kill_control = 15s;
  scenario.faults.max_downtime = 1s;
  for (JobTraits& job : scenario.jobs) job.spec.demand *= 2;
  return scenario;
}

// The first violation found within `seeds` runs.
std::string FirstViolation(const SiteSeams& seams, std::uint64_t seeds = 20) {
  const SwarmReport report =
      RunSwarm({.first_seed = 1, .last_seed = seeds, .make = MakeBusy, .seams = seams, .max_failures = 1});
  return report.failures.empty() ? "none" : report.failures.front();
}

bool Finds(const SiteSeams& seams, const std::string& part) {
  const SwarmReport report =
      RunSwarm({.first_seed = 1, .last_seed = 20, .make = MakeBusy, .seams = seams, .max_failures = 20});
  for (const std::string& line : report.failures) {
    if (line.find(part) != std::string::npos) return true;
  }
  for (const std::string& line : report.failures) ADD_FAILURE() << "found otherwise: " << line;
  return false;
}

TEST(Mutants, AreNotFoundWhereThereAreNone) { EXPECT_EQ(FirstViolation({}), "none"); }

// Answers for the root, and loses one segment in four.
class EagerUplink final : public PassingUplink {
 public:
  EagerUplink(Life& life, std::unique_ptr<Uplink> real) : PassingUplink(std::move(real)), life_(life) {}
  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    if (!life_.Chance().Chance(0.25)) return PassingUplink::Push(segment, std::move(done));
    life_.Post([done = std::move(done)] { done(SegmentVerdict::kCommitted); });
  }

 private:
  Life& life_;
};

TEST(Mutants, ALeafThatAnswersCommittedBeforeTheRootDoesIsFound) {
  EXPECT_TRUE(Finds(WithUplink<EagerUplink>(), "was told that it is committed"));
}

// Comes back after a crash as if it were still the same life.
class UndeadUplink final : public PassingUplink {
 public:
  UndeadUplink(Life&, std::unique_ptr<Uplink> real) : PassingUplink(std::move(real)) {}
  void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override {
    ClaimRequest same = request;
    same.incarnation = 1;
    PassingUplink::Claim(same, std::move(done));
  }
};

TEST(Mutants, ALeafThatForgetsToBumpItsIncarnationIsFound) {
  EXPECT_NE(FirstViolation(WithUplink<UndeadUplink>()), "none");
}

// Sends its last segment again under each new generation, as a leaf would that did not ask what the root has.
class StubbornUplink final : public PassingUplink {
 public:
  StubbornUplink(Life&, std::unique_ptr<Uplink> real) : PassingUplink(std::move(real)) {}
  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    auto& kept = last()[{segment.node, segment.round, segment.group}];
    if (kept && kept->generation < segment.generation && segment.number == 1) {
      Segment old = *kept;
      old.generation = segment.generation;
      old.number = 1;
      Segment next = segment;
      next.number = 2;
      kept.reset();
      real().Push(old, [](Result<SegmentVerdict>) {});
      return real().Push(next, std::move(done));
    }
    kept = segment;
    real().Push(segment, std::move(done));
  }

 private:
  using Place = std::tuple<std::string, RoundKey, GroupId>;
  static std::map<Place, std::optional<Segment>>& last() {
    static std::map<Place, std::optional<Segment>> segments;  // outlives the leaf's crashes
    return segments;
  }
};

TEST(Mutants, ALeafThatSendsAnOldSegmentUnderANewClaimIsFound) {
  EXPECT_NE(FirstViolation(WithUplink<StubbornUplink>()), "none");
}

// Acknowledges at once and writes a second later, unless it has crashed by then.
template <typename Store, typename Changes>
void CommitLater(Life& life, Store& disk, Changes changes, Done<void> done) {
  life.After(1s, [&disk, changes = std::move(changes)] { disk.Commit(changes, [](Status) {}); });
  life.Post([done = std::move(done)] { done({}); });
}

class HastyTallyStore final : public TallyStore {
 public:
  HastyTallyStore(Life& life, std::unique_ptr<TallyStore> disk) : life_(life), disk_(std::move(disk)) {}
  Result<std::vector<StoredTally>> LoadTallies() override { return disk_->LoadTallies(); }
  void LoadPlan(const Digest& digest, Done<Blob> done) override { disk_->LoadPlan(digest, std::move(done)); }
  void Commit(TallyChanges changes, Done<void> done) override {
    CommitLater(life_, *disk_, std::move(changes), std::move(done));
  }

 private:
  Life& life_;
  std::unique_ptr<TallyStore> disk_;
};

TEST(Mutants, ARootThatAnswersBeforeItsDiskDoesIsFound) {
  SiteSeams seams;
  seams.tally_store = [](Life& life, std::unique_ptr<TallyStore> disk) {
    return std::make_unique<HastyTallyStore>(life, std::move(disk));
  };
  EXPECT_NE(FirstViolation(seams), "none");
}

class HastyJobStore final : public JobStore {
 public:
  HastyJobStore(Life& life, std::unique_ptr<JobStore> disk) : life_(life), disk_(std::move(disk)) {}
  Result<JobChanges> Load() override { return disk_->Load(); }
  void Commit(JobChanges changes, Done<void> done) override {
    CommitLater(life_, *disk_, std::move(changes), std::move(done));
  }

 private:
  Life& life_;
  std::unique_ptr<JobStore> disk_;
};

TEST(Mutants, AControlPlaneThatAnswersBeforeItsDiskDoesIsFound) {
  SiteSeams seams;
  seams.job_store = [](Life& life, std::unique_ptr<JobStore> disk) {
    return std::make_unique<HastyJobStore>(life, std::move(disk));
  };
  EXPECT_TRUE(Finds(seams, "not durably its own") || Finds(seams, "before it was durable"));
}

// Forgets the binds at a restart, as the authors' soft state does.
class ForgetfulJobStore final : public JobStore {
 public:
  explicit ForgetfulJobStore(std::unique_ptr<JobStore> disk) : disk_(std::move(disk)) {}
  Result<JobChanges> Load() override {
    Result<JobChanges> loaded = disk_->Load();
    if (!loaded) return loaded;
    loaded->bindings.clear();
    for (Round& round : loaded->rounds) round.issued = round.live = 0;
    return loaded;
  }
  void Commit(JobChanges changes, Done<void> done) override { disk_->Commit(std::move(changes), std::move(done)); }

 private:
  std::unique_ptr<JobStore> disk_;
};

TEST(Mutants, AControlPlaneThatForgetsItsBindsIsFound) {
  SiteSeams seams;
  seams.job_store = [](Life&, std::unique_ptr<JobStore> disk) {
    return std::make_unique<ForgetfulJobStore>(std::move(disk));
  };
  EXPECT_TRUE(Finds(seams, "issued twice"));
}

// Merges one partial in eight twice.
class DoublingReducer final : public Reducer {
 public:
  explicit DoublingReducer(std::unique_ptr<Reducer> real) : real_(std::move(real)) {}
  Status Accumulate(const SafetensorsView& update, double weight) override { return real_->Accumulate(update, weight); }
  Status MergeWith(std::string_view partial) override {
    static int merges = 0;
    if (++merges % 8 == 0) static_cast<void>(real_->MergeWith(partial));
    return real_->MergeWith(partial);
  }
  bool CanReport() const override { return real_->CanReport(); }
  std::string Report(const std::map<std::string, std::string>& metadata) && override {
    return std::move(*real_).Report(metadata);
  }
  std::string Serialize() const override { return real_->Serialize(); }
  std::uint64_t count() const override { return real_->count(); }
  double total_weight() const override { return real_->total_weight(); }

 private:
  std::unique_ptr<Reducer> real_;
};

TEST(Mutants, AReducerThatAddsTwiceIsFound) {
  SiteSeams seams;
  seams.reducers = [](ReducerRegistry& registry) {
    ReducerRegistry builtin;
    AddBuiltinReducers(builtin);
    for (const std::string& name : builtin.Names()) {
      registry.Add(name,
                   [builtin](const ReducerSpec& spec, const Manifest& manifest) -> Result<std::unique_ptr<Reducer>> {
                     auto real = builtin.Make(spec, manifest);
                     if (!real) return real;
                     return std::make_unique<DoublingReducer>(*std::move(real));
                   });
    }
  };
  EXPECT_NE(FirstViolation(seams), "none");
}

// Never tells the control plane.
class MuteControlLink final : public ControlLink {
 public:
  void RoundClosed(const RoundClosure&, Done<BindCensus>) override {}
};

TEST(Mutants, ARootThatNeverTellsTheControlPlaneIsFound) {
  SiteSeams seams;
  seams.control_link = [](Life&, std::unique_ptr<ControlLink>) { return std::make_unique<MuteControlLink>(); };
  EXPECT_TRUE(Finds(seams, "a job hangs"));
}

TEST(Mutants, ADeviceThatContributesUnderAnotherOnesSlotIsFound) {
  Scenario scenario = MakePlain(1, "fifo");
  scenario.max_train = 40s;
  Trial trial(scenario);
  trial.Start();
  int forged = 0;
  // Whenever a device is bound, a forged ticket sends its update under the slot of every other device of the round.
  std::function<void()> forge = [&] {
    trial.world().After(2s, forge);
    if (trial.site().control().server() == nullptr) return;
    JobBook& book = *trial.site().control().server()->book;
    for (const auto& [id, job] : book.jobs()) {
      const Round* round = book.CurrentRound(id);
      if (round == nullptr || round->closed()) continue;
      const auto bindings = book.BindingsOf(round->terms.key());
      if (bindings.size() < 2) continue;
      const Binding& thief = *bindings.front();
      const Binding& victim = *bindings.back();
      const Ticket ticket{.tenant = round->terms.tenant,
                          .round = victim.round,
                          .slot = victim.slot,
                          .group = GroupId{victim.slot.value % 2},
                          .device = thief.device,
                          .plan = round->terms.plan,
                          .max_update_bytes = round->terms.max_update_bytes,
                          .max_weight = round->terms.max_weight,
                          .expires = round->terms.deadline,
                          .leaf = "sim://leaf-" + std::to_string(victim.slot.value % 2)};
      const Dtype dtype = CellType(round->terms.reducer.name);
      const Contribution stolen{victim.round, victim.slot, thief.device};
      ++forged;
      trial.site()
          .leaf(ticket.group.value)
          .server()
          ->node->Upload(trial.site().sealer().Seal(ticket), victim.round,
                         std::make_shared<const std::string>(MakeUpdateBytes(dtype, stolen)), 0s,
                         [](Result<UploadAnswer>) {});
    }
  };
  forge();
  trial.RunToEnd();
  EXPECT_GT(forged, 0);
  EXPECT_THAT(trial.Finish().violations, testing::Contains(testing::HasSubstr("no sum of its devices")));
}

}  // namespace
}  // namespace propius
