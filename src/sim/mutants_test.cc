// Bugs planted into a running site through its seams: the swarm must find each within a few seeds.
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

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

// Makes the seams of one run anew, so that no bug remembers another run.
using Plant = std::function<SiteSeams()>;

constexpr std::uint64_t kSeeds = 25;

// Runs seeds until one has a violation that contains `part`; the seed, or 0 and what was found instead.
std::uint64_t SeedThatFinds(const Plant& plant, const std::string& part) {
  std::vector<std::string> others;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Outcome outcome = RunScenario(MakeBusy(seed), plant());
    for (const std::string& violation : outcome.violations) {
      if (violation.find(part) != std::string::npos) return seed;
      others.push_back(violation);
    }
  }
  for (const std::string& violation : others) std::cout << "found otherwise: " << violation << "\n";
  return 0;
}

template <typename Mutant>
Plant PlantUplink() {
  return [] {
    SiteSeams seams;
    const auto memory = std::make_shared<typename Mutant::Memory>();
    seams.uplink = [memory](Life& life, std::unique_ptr<Uplink> real) {
      return std::make_unique<Mutant>(life, std::move(real), memory);
    };
    return seams;
  };
}

// What outlives the crashes of a leaf.
struct NoMemory {};

TEST(Mutants, AreNotFoundWhereThereAreNone) {
  EXPECT_EQ(SeedThatFinds([] { return SiteSeams{}; }, ""), 0U);
}

// Answers for the root, and loses one segment in four.
class EagerUplink final : public PassingUplink {
 public:
  using Memory = NoMemory;
  EagerUplink(Life& life, std::unique_ptr<Uplink> real, const std::shared_ptr<Memory>&)
      : PassingUplink(std::move(real)), life_(life) {}
  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    if (!life_.Chance().Chance(0.25)) return PassingUplink::Push(segment, std::move(done));
    life_.Post([done = std::move(done)] { done(SegmentVerdict::kCommitted); });
  }

 private:
  Life& life_;
};

TEST(Mutants, ALeafThatAnswersCommittedBeforeTheRootDoesIsFound) {
  EXPECT_GT(SeedThatFinds(PlantUplink<EagerUplink>(), "was told that it is committed"), 0U);
  // The next life of the leaf notices, too.
  EXPECT_GT(SeedThatFinds(PlantUplink<EagerUplink>(), "committed_slots_lost"), 0U);
}

struct Place {
  std::string node;
  RoundKey round;
  GroupId group;
  friend auto operator<=>(const Place&, const Place&) = default;
};

// Keeps its grant over a crash rather than to claim anew, and so starts to number its segments again.
class UndeadUplink final : public PassingUplink {
 public:
  using Memory = std::map<Place, ClaimGrant>;
  UndeadUplink(Life& life, std::unique_ptr<Uplink> real, std::shared_ptr<Memory> grants)
      : PassingUplink(std::move(real)), life_(life), grants_(std::move(grants)) {}
  void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override {
    const Place place{request.node, request.round, request.group};
    if (const auto kept = grants_->find(place); kept != grants_->end()) {
      return life_.Post([grant = kept->second, done = std::move(done)] { done(grant); });
    }
    PassingUplink::Claim(request, [grants = grants_, place, done = std::move(done)](Result<ClaimGrant> grant) {
      if (grant) (*grants)[place] = *grant;
      done(std::move(grant));
    });
  }

 private:
  Life& life_;
  std::shared_ptr<Memory> grants_;
};

TEST(Mutants, ALeafThatDoesNotClaimAnewAfterACrashIsFound) {
  EXPECT_GT(SeedThatFinds(PlantUplink<UndeadUplink>(), "was told that it is committed"), 0U);
}

// Comes back after a crash under the same number. Every claim fences, so this alone must do no harm.
class NumberlessUplink final : public PassingUplink {
 public:
  using Memory = NoMemory;
  NumberlessUplink(Life&, std::unique_ptr<Uplink> real, const std::shared_ptr<Memory>&)
      : PassingUplink(std::move(real)) {}
  void Claim(const ClaimRequest& request, Done<ClaimGrant> done) override {
    ClaimRequest same = request;
    same.incarnation = 1;
    PassingUplink::Claim(same, std::move(done));
  }
};

TEST(Mutants, ALeafThatForgetsToBumpItsIncarnationIsFencedAllTheSame) {
  EXPECT_EQ(SeedThatFinds(PlantUplink<NumberlessUplink>(), ""), 0U);
}

// Sends its last segment again under a new generation, as a leaf would that does not ask what the root has.
class StubbornUplink final : public PassingUplink {
 public:
  using Memory = std::map<Place, Segment>;
  StubbornUplink(Life&, std::unique_ptr<Uplink> real, std::shared_ptr<Memory> last)
      : PassingUplink(std::move(real)), last_(std::move(last)) {}
  void Push(const Segment& segment, Done<SegmentVerdict> done) override {
    const Place place{segment.node, segment.round, segment.group};
    const auto kept = last_->find(place);
    if (kept != last_->end() && kept->second.generation < segment.generation) {
      Segment old = kept->second;
      old.generation = segment.generation;
      old.number = 1;
      real().Push(old, [](Result<SegmentVerdict>) {});
    }
    (*last_)[place] = segment;
    real().Push(segment, std::move(done));
  }

 private:
  std::shared_ptr<Memory> last_;
};

TEST(Mutants, ALeafThatSendsAnOldSegmentUnderANewClaimIsFound) {
  // The root refuses it and raises an alarm.
  EXPECT_GT(SeedThatFinds(PlantUplink<StubbornUplink>(), "slot_pushed_twice"), 0U);
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
  const Plant plant = [] {
    SiteSeams seams;
    seams.tally_store = [](Life& life, std::unique_ptr<TallyStore> disk) {
      return std::make_unique<HastyTallyStore>(life, std::move(disk));
    };
    return seams;
  };
  EXPECT_GT(SeedThatFinds(plant, "was told that it is committed"), 0U);
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
  const Plant plant = [] {
    SiteSeams seams;
    seams.job_store = [](Life& life, std::unique_ptr<JobStore> disk) {
      return std::make_unique<HastyJobStore>(life, std::move(disk));
    };
    return seams;
  };
  EXPECT_GT(SeedThatFinds(plant, "not durably its own"), 0U);
  EXPECT_GT(SeedThatFinds(plant, "granted before it was durable"), 0U);
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
  const Plant plant = [] {
    SiteSeams seams;
    seams.job_store = [](Life&, std::unique_ptr<JobStore> disk) {
      return std::make_unique<ForgetfulJobStore>(std::move(disk));
    };
    return seams;
  };
  EXPECT_GT(SeedThatFinds(plant, "issued twice"), 0U);
}

// Merges one partial in eight twice.
class DoublingReducer final : public Reducer {
 public:
  DoublingReducer(std::unique_ptr<Reducer> real, std::shared_ptr<int> merges)
      : real_(std::move(real)), merges_(std::move(merges)) {}
  Status Accumulate(const SafetensorsView& update, double weight) override { return real_->Accumulate(update, weight); }
  Status MergeWith(std::string_view partial) override {
    if (++*merges_ % 8 == 0) static_cast<void>(real_->MergeWith(partial));
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
  std::shared_ptr<int> merges_;
};

void AddDoublingReducers(ReducerRegistry& registry) {
  ReducerRegistry builtin;
  AddBuiltinReducers(builtin);
  const auto merges = std::make_shared<int>(0);
  for (const std::string& name : builtin.Names()) {
    registry.Add(
        name, [builtin, merges](const ReducerSpec& spec, const Manifest& manifest) -> Result<std::unique_ptr<Reducer>> {
          Result<std::unique_ptr<Reducer>> real = builtin.Make(spec, manifest);
          if (!real) return real;
          return std::make_unique<DoublingReducer>(*std::move(real), merges);
        });
  }
}

TEST(Mutants, AReducerThatAddsTwiceIsFound) {
  const Plant plant = [] {
    SiteSeams seams;
    seams.reducers = AddDoublingReducers;
    return seams;
  };
  EXPECT_GT(SeedThatFinds(plant, "each counted once"), 0U);
}

// Never tells the control plane.
class MuteControlLink final : public ControlLink {
 public:
  void RoundClosed(const RoundClosure&, Done<BindCensus>) override {}
};

TEST(Mutants, ARootThatNeverTellsTheControlPlaneIsFound) {
  const Plant plant = [] {
    SiteSeams seams;
    seams.control_link = [](Life&, std::unique_ptr<ControlLink>) { return std::make_unique<MuteControlLink>(); };
    return seams;
  };
  EXPECT_GT(SeedThatFinds(plant, "a job hangs"), 0U);
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
