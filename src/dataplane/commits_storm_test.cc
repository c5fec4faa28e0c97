// Devices of one asynchronous job on a bad network, with a root that is killed again and again: every acknowledged
// commit is in the parameters exactly once, and nothing else is.
#include <cstring>

#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"

namespace propius {
namespace {

constexpr RoundKey kRound{{7}, {1}};
constexpr std::uint32_t kWorkers = 5;

std::string FloatsFile(const std::vector<float>& values) {
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  return WriteSafetensors({{{"w", Dtype::kF32, {values.size()}}, bytes}}, {});
}

// Each worker adds 1 to a place of its own with every commit, so that the parameters tell who was applied how often.
struct Storm {
  explicit Storm(std::uint64_t seed, const std::string& model) : cluster(seed) {
    cluster.disk_options = {0us, 60ms, 0, 0.5};  // slow enough for commits to come while others are written
    const Blob plan = MakeBlob(FloatsFile(std::vector<float>(kWorkers)));
    terms = MakeTerms(kRound, plan, cluster.world.Now() + 24h, kWorkers);
    terms.target = 0;
    terms.sync = SyncSpec{.model = model, .eta = 1};
    CHECK(cluster.StartRoot().has_value());
    Heard<PlanReceipt> receipt;
    cluster.root.node->PutPlan(cluster.sealer.Seal(terms), kRound, plan, receipt.done());
    cluster.world.RunFor(1s);
    CHECK(receipt.value().digest == terms.plan);
  }

  double Draw() { return cluster.world.Chance().Uniform(0, 1); }

  void Send(std::uint32_t slot, std::uint64_t number) {
    sent[slot] = std::max(sent[slot], number);
    const int times = 1 + (Draw() < 0.2 ? 1 : 0);
    for (int i = 0; i < times; ++i) {
      if (Draw() < 0.2) continue;  // lost on the way
      cluster.world.After(FromSeconds(Draw()), [this, slot, number] { Arrive(slot, number); });
    }
  }

  void Arrive(std::uint32_t slot, std::uint64_t number) {
    if (!cluster.root.node) return;
    std::vector<float> update(kWorkers);
    update[slot] = 1;
    CommitRequest request;
    request.report.number = number;
    request.update = MakeBlob(FloatsFile(update));
    const auto heard = [this, slot](const Result<CommitAnswer>& answer) {
      if (!answer || Draw() < 0.2) return;  // lost on the way back
      if (answer->state == CommitAnswer::State::kWork || answer->state == CommitAnswer::State::kWaiting) {
        acknowledged[slot] = std::max(acknowledged[slot], answer->commits);
        if (Draw() < 0.02) cluster.world.After(0us, [this] { Crash(); });
      }
    };
    Ticket ticket = MakeTicket(terms, slot);
    cluster.root.node->Commit(cluster.sealer.Seal(ticket), kRound.job, request, 500ms, heard);
  }

  void Crash() {
    cluster.KillRoot();
    cluster.world.After(FromSeconds(Draw()), [this] {
      if (!cluster.root.node) CHECK(cluster.StartRoot().has_value());
    });
  }

  void Run(int turns) {
    for (int turn = 0; turn < turns; ++turn) {
      for (std::uint32_t slot = 0; slot < kWorkers; ++slot) {
        if (Draw() < 0.7) Send(slot, acknowledged[slot] + 1);
        if (Draw() < 0.1) Send(slot, acknowledged[slot]);
        if (Draw() < 0.1) Send(slot, acknowledged[slot] + 3);
      }
      cluster.world.RunFor(FromSeconds(Draw() * (Draw() < 0.5 ? 1 : 0.05)));
      if (Draw() < 0.1) Crash();
    }
    cluster.world.RunFor(10s);
  }

  Cluster cluster;
  RoundTerms terms;
  std::map<std::uint32_t, std::uint64_t> acknowledged;
  std::map<std::uint32_t, std::uint64_t> sent;  // highest number
};

class CommitStorm : public testing::TestWithParam<const char*> {};

TEST_P(CommitStorm, AppliesEveryAcknowledgedCommitExactlyOnce) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Storm storm(seed, GetParam());
    for (std::uint32_t slot = 0; slot < kWorkers; ++slot) storm.acknowledged[slot] = 0;
    storm.Run(100);
    Heard<ParametersView> heard;
    storm.cluster.root.node->GetParameters(storm.cluster.sealer.Seal(storm.terms), kRound.job, heard.done());
    storm.cluster.world.RunFor(1s);
    const Result<SafetensorsView> view = ParseSafetensors(*heard.value().parameters);
    ASSERT_TRUE(view);
    std::vector<float> parameters(kWorkers);
    std::memcpy(parameters.data(), view->tensors[0].data.data(), kWorkers * sizeof(float));
    std::uint64_t sum = 0;
    for (std::uint32_t slot = 0; slot < kWorkers; ++slot) {
      // More may be applied whose answers were all lost.
      const auto applied = static_cast<std::uint64_t>(parameters[slot]);
      EXPECT_GE(applied, storm.acknowledged[slot]);
      EXPECT_LE(applied, storm.sent[slot]);
      sum += applied;
    }
    EXPECT_GT(sum, 50U);
    EXPECT_EQ(sum, heard.value().commits);
    EXPECT_EQ(storm.cluster.events.errors(), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, CommitStorm, testing::Values("asp", "adsp:rate=4", "ssp:s=1000"),
                         [](const auto& tested) {
                           return std::string(tested.param).substr(0, 4) == "adsp"  ? "Adsp"
                                  : std::string(tested.param).substr(0, 3) == "ssp" ? "Ssp"
                                                                                    : "Asp";
                         });

}  // namespace
}  // namespace propius
