// The root dies at each of its commits, before and after the write, and comes back: nothing that was told is untrue.
#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"
#include "dataplane/testing/device.h"

namespace propius {
namespace {

constexpr RoundKey kRound{{1}, {1}};
constexpr std::uint32_t kDevices = 6;

enum class Moment { kBeforeTheWrite, kAfterTheWrite };

// Dies at its n-th commit.
class MortalStore final : public TallyStore {
 public:
  MortalStore(std::unique_ptr<TallyStore> store, int* left, Moment moment, Task die)
      : store_(std::move(store)), left_(left), moment_(moment), die_(std::move(die)) {}

  Result<std::vector<StoredTally>> LoadTallies() override { return store_->LoadTallies(); }
  void LoadPlan(const Digest& digest, Done<Blob> done) override { store_->LoadPlan(digest, std::move(done)); }
  void Commit(TallyChanges changes, Done<void> done) override {
    if (--*left_ != 0) return store_->Commit(std::move(changes), std::move(done));
    if (moment_ == Moment::kBeforeTheWrite) return die_();
    store_->Commit(std::move(changes), [die = die_](const Status&) { die(); });
  }

 private:
  std::unique_ptr<TallyStore> store_;
  int* left_;
  Moment moment_;
  Task die_;
};

struct Outcome {
  int commits = 0;
  Words sum;
};

// A round of six devices and two leaves, in which the root dies at commit `dies_at` (0: never).
Outcome RunRound(int dies_at, Moment moment, std::uint32_t target) {
  Cluster cluster;
  int left = dies_at;
  int restarts = 0;
  cluster.options.persist_after = 5ms;
  cluster.disk_options = {5ms, 5ms, 0, 0.5};
  cluster.control.census = {kDevices, 0, kDevices, 0, {}, {}};
  cluster.wrap_store = [&](std::unique_ptr<TallyStore> store) {
    return std::make_unique<MortalStore>(std::move(store), &left, moment, [&] {
      cluster.world.Post([&] { cluster.KillRoot(); });
      cluster.world.After(300ms, [&] {
        ++restarts;
        CHECK(cluster.StartRoot().has_value());
      });
    });
  };
  CHECK(cluster.StartRoot().has_value());
  cluster.StartLeaf("a");
  cluster.StartLeaf("b");

  const RoundTerms terms = MakeTerms(kRound, MakePlan(), cluster.world.Now() + 30s, target);
  bool published = false;
  // The job puts its plan until it is told that it is there.
  const std::function<void()> put = [&] {
    if (published) return;
    cluster.world.After(200ms, put);
    if (!cluster.root.node) return;
    cluster.root.node->PutPlan(cluster.sealer.Seal(terms), kRound, MakePlan(),
                               [&](const Result<PlanReceipt>& receipt) { published |= receipt.has_value(); });
  };
  put();
  std::vector<Device> devices;
  for (std::uint32_t slot = 0; slot < kDevices; ++slot) {
    devices.emplace_back(cluster, MakeTicket(terms, slot, 2), UpdateOf(slot),
                         [&cluster, slot] { return cluster.leaves[slot % 2 == 0 ? "a" : "b"].node.get(); });
  }
  for (Device& device : devices) device.Start();
  cluster.world.RunFor(60s);

  EXPECT_EQ(restarts, dies_at > 0 && left <= 0 ? 1 : 0);
  EXPECT_TRUE(published);
  const Heard<Aggregate> result = cluster.Read(terms, 5s);
  cluster.world.RunFor(10s);
  const auto in_sum = Contributors(ReadWords(result.value().tensors));
  EXPECT_EQ(in_sum.size(), result.value().counted);
  EXPECT_TRUE(result.value().ledger.final);
  EXPECT_TRUE(result.value().ledger.Balances());
  for (const auto& [slot, times] : in_sum) EXPECT_EQ(times, 1);
  for (const Device& device : devices) {
    if (!device.end()) {
      ADD_FAILURE() << "slot " << device.slot() << " was never told";
    } else {
      EXPECT_EQ(device.end()->state == UploadState::kCommitted, in_sum.contains(device.slot()));
    }
  }
  EXPECT_EQ(cluster.events.errors(), 0);
  return {dies_at - left, ReadWords(result.value().tensors)};
}

class CrashTest : public testing::TestWithParam<std::tuple<Moment, std::uint32_t>> {};

TEST_P(CrashTest, TheRootMayDieAtAnyCommit) {
  const auto [moment, target] = GetParam();
  const Outcome whole = RunRound(0, moment, target);
  ASSERT_GE(whole.commits, 4);
  for (int commit = 1; commit <= whole.commits; ++commit) {
    SCOPED_TRACE("dies at commit " + std::to_string(commit));
    const Outcome crashed = RunRound(commit, moment, target);
    if (target >= kDevices) {
      EXPECT_EQ(crashed.sum, whole.sum);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Commits, CrashTest,
                         testing::Combine(testing::Values(Moment::kBeforeTheWrite, Moment::kAfterTheWrite),
                                          testing::Values(kDevices, kDevices + 1, 3U)));

}  // namespace
}  // namespace propius
