// Weeks of bad weather in a second: seeds that lose, double and delay messages, kill and pause leaves and the root, and
// let the disk refuse, while devices send their updates to one leaf or another. Then a calm in which all must be told.
#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"
#include "dataplane/testing/device.h"

namespace propius {
namespace {

constexpr std::uint32_t kGroups = 3;
constexpr std::uint32_t kDevices = 14;
const std::vector<std::string> kLeaves{"a", "b", "c"};

class Storm {
 public:
  explicit Storm(std::uint64_t seed) : cluster(seed) {
    NodeOptions& options = cluster.options;
    options.seal_after = Span(50ms, 600ms);
    options.seal_count = 1 + Below(6);
    options.push_timeout = Span(1s, 4s);
    options.retry_max = 1s;
    options.owner_lease = Span(500ms, 3s);
    options.persist_after = Span(0us, 200ms);
    cluster.disk_options = {0us, 60ms, 0, 0.5};
    CHECK(cluster.StartRoot().has_value());
    for (const std::string& leaf : kLeaves) cluster.StartLeaf(leaf);
  }

  void RunRound(std::uint32_t number) {
    SCOPED_TRACE("round " + std::to_string(number));
    const bool deadline_decides = chance().Chance(0.3);
    const std::uint32_t target = deadline_decides ? 100 : 1 + Below(kDevices);
    const RoundTerms terms = cluster.OpenRound({{1}, {number}}, target, 40s);
    cluster.control.census = {kDevices + 1, 0, kDevices + 1, 0, {}, {}};  // one device never sends
    std::vector<Device> devices = MakeDevices(terms);
    for (Device& device : devices) device.Start();
    SetWeather();
    for (int step = 0; step < 60; ++step) {
      cluster.world.RunFor(Span(0us, 1s));
      if (chance().Chance(0.15)) DoHarm();
    }
    Calm();
    cluster.world.RunFor(60s);
    Check(terms, devices);
  }

  // With no fault at all the next round must be whole.
  void RunCalmRound(std::uint32_t number) {
    SCOPED_TRACE("calm round");
    const RoundTerms terms = cluster.OpenRound({{1}, {number}}, kDevices, 40s);
    std::vector<Device> devices = MakeDevices(terms, 0, 0);
    for (Device& device : devices) device.Start();
    cluster.world.RunFor(30s);
    for (const Device& device : devices) {
      ASSERT_TRUE(device.end()) << "slot " << device.slot() << " was never told";
      EXPECT_EQ(device.end()->state, UploadState::kCommitted);
    }
    Check(terms, devices);
  }

  Cluster cluster;

 private:
  Rng& chance() { return cluster.world.Chance(); }
  std::uint32_t Below(std::uint64_t bound) { return static_cast<std::uint32_t>(chance().Below(bound)); }
  Duration Span(Duration shortest, Duration longest) {
    return shortest + Duration(static_cast<Duration::rep>(
                          chance().Below(static_cast<std::uint64_t>((longest - shortest).count()) + 1)));
  }

  std::vector<Device> MakeDevices(const RoundTerms& terms, double bad = 0.15, double wandering = 0.2) {
    std::vector<Device> devices;
    for (std::uint32_t slot = 0; slot < kDevices; ++slot) {
      const Blob update = chance().Chance(bad) ? MakeBlob("garbage") : UpdateOf(slot);
      devices.emplace_back(cluster, MakeTicket(terms, slot, kGroups), update, [this, slot, wandering]() -> Node* {
        // Mostly its own leaf, sometimes another, or the root.
        const std::uint64_t choice = chance().Chance(wandering) ? chance().Below(kLeaves.size() + 1) : slot % kGroups;
        return choice < kLeaves.size() ? cluster.leaves[kLeaves[choice]].node.get() : cluster.root.node.get();
      });
    }
    return devices;
  }

  void SetWeather() {
    cluster.weather = {chance().Uniform(0, 0.25), chance().Uniform(0, 0.3), Span(1ms, 400ms)};
    cluster.disk_options.failure_probability = chance().Chance(0.5) ? 0.3 : 0;
  }

  void DoHarm() {
    Cluster::Member& leaf = cluster.leaves[kLeaves[Below(kLeaves.size())]];
    const std::string name = kLeaves[Below(kLeaves.size())];
    switch (Below(6)) {
      case 0:
        ASSERT_TRUE(cluster.StartRoot());
        break;
      case 1:
        cluster.KillRoot();
        cluster.world.RunFor(Span(0us, 3s));
        ASSERT_TRUE(cluster.StartRoot());
        break;
      case 2:
        cluster.StartLeaf(name);
        break;
      case 3:
        leaf.process->Pause();
        break;
      case 4:
        leaf.process->Resume();
        break;
      default:
        leaf.cut = !leaf.cut;
    }
  }

  void Calm() {
    cluster.weather = {};
    cluster.disk_options.failure_probability = 0;
    ASSERT_TRUE(cluster.StartRoot());
    for (const std::string& name : kLeaves) {
      cluster.leaves[name].process->Resume();
      cluster.leaves[name].cut = false;
    }
  }

  void Check(const RoundTerms& terms, const std::vector<Device>& devices) {
    const Heard<Aggregate> read = cluster.Read(terms, 30s);
    cluster.world.RunFor(30s);
    const Aggregate& result = read.value();
    ASSERT_NE(result.outcome, RoundOutcome::kOpen);
    EXPECT_TRUE(result.ledger.final);
    EXPECT_TRUE(result.ledger.Balances());
    EXPECT_EQ(result.ledger.bound, cluster.control.census.bound);
    const std::map<std::uint32_t, int> in_sum = Contributors(ReadWords(result.tensors));
    EXPECT_EQ(in_sum.size(), result.counted);
    EXPECT_EQ(result.ledger.counted, result.counted);
    for (const auto& [slot, times] : in_sum) EXPECT_EQ(times, 1) << "slot " << slot;
    EXPECT_EQ(result.outcome == RoundOutcome::kCompleted, result.counted >= terms.target);
    for (const Device& device : devices) {
      if (!device.end()) {
        ADD_FAILURE() << "slot " << device.slot() << " was never told";
      } else if (device.end()->state == UploadState::kCommitted) {
        EXPECT_TRUE(in_sum.contains(device.slot())) << "slot " << device.slot() << " is committed and not counted";
      } else if (device.end()->state == UploadState::kRejected) {
        EXPECT_FALSE(in_sum.contains(device.slot())) << "slot " << device.slot() << " is rejected and counted";
      }
    }
    EXPECT_EQ(cluster.events.errors(), 0);
  }
};

class StormTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(StormTest, CountsEveryUpdateOnceAndTellsEveryDevice) {
  constexpr std::uint64_t kSeeds = 40;
  for (std::uint64_t seed = GetParam() * kSeeds; seed < (GetParam() + 1) * kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed);
    for (std::uint32_t round = 1; round <= 3; ++round) storm.RunRound(round);
    storm.RunCalmRound(4);
    if (testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StormTest, testing::Range<std::uint64_t>(0, 10));

}  // namespace
}  // namespace propius
