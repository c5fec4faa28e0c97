// What a root owes to its store: answers after the write, the same rounds after a restart, nothing kept for ever.
#include <gtest/gtest.h>

#include "dataplane/testing/node_fixture.h"

namespace propius {
namespace {

using NodeStoreTest = NodeTest;

TEST_F(NodeStoreTest, ARoundThatWasSaidToBeClosedStaysClosed) {
  cluster.control.silent = true;
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 60s);
  const Heard<Aggregate> closed = Close(terms);
  cluster.world.RunFor(5s);
  EXPECT_EQ(closed.value().outcome, RoundOutcome::kAborted);
  ASSERT_TRUE(cluster.StartRoot());
  const Heard<Aggregate> after = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(after.value().outcome, RoundOutcome::kAborted);
}

TEST_F(NodeStoreTest, TellsNobodyOfAnEndThatIsNotDurable) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 60s);
  cluster.disk_options.failure_probability = 1;
  ASSERT_TRUE(cluster.StartRoot());
  const Heard<Aggregate> closed = Close(terms);
  const Heard<Aggregate> progress = cluster.Read(terms, 5s);
  const Heard<UploadAnswer> late = cluster.Upload(root(), terms, 0, 5s);
  cluster.world.RunFor(30s);
  EXPECT_FALSE(closed.any());
  EXPECT_EQ(progress.value().outcome, RoundOutcome::kOpen);
  EXPECT_EQ(late.code(), Code::kUnavailable);
  EXPECT_TRUE(cluster.control.closures.empty());
  cluster.world.RunFor(60s);
  EXPECT_EQ(closed.value().outcome, RoundOutcome::kOpen) << "bounded, even if the disk never works again";
}

TEST_F(NodeStoreTest, IsReadyWhileItsStoreTakesChanges) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 60s);
  EXPECT_TRUE(root().Ready());
  cluster.disk_options.failure_probability = 1;
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_TRUE(root().Ready()) << "nothing was written yet";
  const Heard<Aggregate> closed = Close(terms);
  cluster.world.RunFor(1s);
  ASSERT_FALSE(root().Ready());
  EXPECT_EQ(root().Ready().error().code, Code::kUnavailable);
  EXPECT_TRUE(cluster.StartLeaf("leaf").node->Ready());
}

TEST_F(NodeStoreTest, AnswersAPlanOnlyWhenItIsDurable) {
  cluster.disk_options.min_latency = cluster.disk_options.max_latency = 50ms;
  ASSERT_TRUE(cluster.StartRoot());
  const Blob plan = MakePlan();
  const RoundTerms terms = MakeTerms(kRound, plan, Later(60s));
  Heard<PlanReceipt> first;
  Heard<PlanReceipt> second;
  root().PutPlan(cluster.sealer.Seal(terms), kRound, plan, first.done());
  root().PutPlan(cluster.sealer.Seal(terms), kRound, plan, second.done());
  cluster.world.RunFor(40ms);
  EXPECT_FALSE(first.any() || second.any());
  cluster.world.RunFor(20ms);
  EXPECT_TRUE(first.any() && second.any());
  EXPECT_EQ(cluster.disk.tallies.plans.size(), 1U);
}

TEST_F(NodeStoreTest, ServesPlansFromTheStoreAfterARestart) {
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  ASSERT_TRUE(cluster.StartRoot());
  Heard<Blob> plan;
  Heard<Blob> unknown;
  root().GetPlan(terms.plan, plan.done());
  root().GetPlan(Sha256("x"), unknown.done());
  cluster.world.RunFor(1s);
  EXPECT_EQ(*plan.value(), *MakePlan());
  EXPECT_EQ(unknown.code(), Code::kNotFound);
}

TEST_F(NodeStoreTest, GoesOnTellingControlAfterARestart) {
  cluster.control.failing = true;
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(5s);
  ASSERT_TRUE(cluster.StartRoot());
  cluster.control.failing = false;
  cluster.control.closures.clear();
  cluster.world.RunFor(5s);
  EXPECT_EQ(cluster.control.closures.size(), 1U);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_TRUE(result.value().ledger.final);
  ASSERT_TRUE(cluster.StartRoot());
  cluster.world.RunFor(5s);
  EXPECT_EQ(cluster.control.closures.size(), 1U) << "an answer is asked for once";
}

TEST_F(NodeStoreTest, ClosesAtTheDeadlineThatPassedWhileItWasDown) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 5s);
  cluster.Upload(root(), terms, 1, 3s);
  cluster.world.RunFor(1s);
  cluster.KillRoot();
  cluster.world.RunFor(10s);
  ASSERT_TRUE(cluster.StartRoot());
  cluster.world.RunFor(1s);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(result.value().outcome, RoundOutcome::kPartial);
  EXPECT_EQ(ReadWords(result.value().tensors), WordsOf({1}));
}

TEST_F(NodeStoreTest, RearmsDeadlinesAtARestart) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 5s);
  ASSERT_TRUE(cluster.StartRoot());
  cluster.world.RunFor(6s);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(result.value().outcome, RoundOutcome::kAborted);
}

TEST_F(NodeStoreTest, KeepsTheNewestClosedRoundsOfAJob) {
  cluster.options.closed_rounds_per_job = 2;
  ASSERT_TRUE(cluster.StartRoot());
  std::vector<RoundTerms> rounds;
  for (std::uint32_t round = 1; round <= 3; ++round) {
    rounds.push_back(cluster.OpenRound({{1}, {round}}, 1, 60s));
    cluster.Upload(root(), rounds.back(), 0);
    cluster.world.RunFor(1s);
  }
  const RoundTerms open = cluster.OpenRound({{1}, {4}}, 1, 60s);
  const Heard<Aggregate> gone = cluster.Read(rounds[0]);
  const Heard<Aggregate> kept = cluster.Read(rounds[1]);
  const Heard<Aggregate> unknown = cluster.Read(MakeTerms({{2}, {1}}, MakePlan(), Later(60s)));
  cluster.world.RunFor(1s);
  EXPECT_EQ(gone.code(), Code::kOutOfRange);
  EXPECT_EQ(kept.value().outcome, RoundOutcome::kCompleted);
  EXPECT_EQ(unknown.code(), Code::kNotFound);
  EXPECT_EQ(Put(rounds[0], MakePlan()).code(), Code::kFailedPrecondition);
  EXPECT_EQ(cluster.disk.tallies.tallies.size(), 3U);
  EXPECT_EQ(cluster.disk.tallies.plans.size(), 1U) << "the plan is still that of other rounds";
}

TEST_F(NodeStoreTest, RemovesARoundAndItsPlanAfterTheRetention) {
  cluster.options.retention = 10min;
  ASSERT_TRUE(cluster.StartRoot());
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(9min);
  ASSERT_TRUE(cluster.StartRoot());
  const Heard<Aggregate> kept = cluster.Read(terms);
  cluster.world.RunFor(2min);
  const Heard<Aggregate> gone = cluster.Read(terms);
  cluster.world.RunFor(1s);
  EXPECT_EQ(kept.value().counted, 1U);
  EXPECT_EQ(gone.code(), Code::kOutOfRange);
  EXPECT_TRUE(cluster.disk.tallies.tallies.empty());
  EXPECT_TRUE(cluster.disk.tallies.plans.empty());
}

TEST_F(NodeStoreTest, DoesNotOpenARetiredRoundAgainAfterARestart) {
  cluster.options.closed_rounds_per_job = 1;
  ASSERT_TRUE(cluster.StartRoot());
  const RoundTerms first = cluster.OpenRound({{1}, {1}}, 1, 1h);
  cluster.Upload(root(), first, 0);
  cluster.world.RunFor(1s);
  const RoundTerms second = cluster.OpenRound({{1}, {2}}, 1, 1h);
  cluster.Upload(root(), second, 0);
  cluster.world.RunFor(1s);
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_EQ(Put(first, MakePlan()).code(), Code::kFailedPrecondition);
  const Heard<Aggregate> gone = cluster.Read(first);
  cluster.world.RunFor(1s);
  EXPECT_EQ(gone.code(), Code::kOutOfRange);
}

TEST_F(NodeStoreTest, KeepsTheNewestRoundUntilNothingCanOpenItAgain) {
  cluster.options.retention = 10min;
  ASSERT_TRUE(cluster.StartRoot());
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 1h);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(30min);
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_TRUE(Put(terms, MakePlan()).any());
  const Heard<Aggregate> kept = cluster.Read(terms);
  cluster.world.RunFor(1s);
  EXPECT_EQ(kept.value().outcome, RoundOutcome::kCompleted);
  cluster.world.RunFor(31min);
  EXPECT_TRUE(cluster.disk.tallies.tallies.empty());
  EXPECT_EQ(Put(terms, MakePlan()).code(), Code::kFailedPrecondition);
}

TEST_F(NodeStoreTest, RefusesToStartOnADamagedRound) {
  cluster.OpenRound(kRound, 1, 60s);
  StoredTally& stored = cluster.disk.tallies.tallies.at(0);
  const Blob whole = stored.state;
  stored.state = MakeBlob(whole->substr(0, whole->size() / 2));
  EXPECT_EQ(cluster.StartRoot().error().code, Code::kDataLoss);
  stored.state = whole;
  stored.round.round = {7};
  EXPECT_EQ(cluster.StartRoot().error().code, Code::kDataLoss);
}

TEST_F(NodeStoreTest, ASinkingDiskDelaysAnswersAndLosesNothing) {
  const RoundTerms terms = cluster.OpenRound(kRound, 2, 60s);
  cluster.disk_options.failure_probability = 0.7;
  ASSERT_TRUE(cluster.StartRoot());
  const Heard<UploadAnswer> first = cluster.Upload(root(), terms, 0, 60s);
  const Heard<UploadAnswer> second = cluster.Upload(root(), terms, 1, 60s);
  cluster.world.RunFor(50s);
  EXPECT_EQ(first.value().state, UploadState::kCommitted);
  EXPECT_EQ(second.value().state, UploadState::kCommitted);
  EXPECT_GT(cluster.events.Count("tally_write_failed"), 0);
  cluster.disk_options.failure_probability = 0;
  ASSERT_TRUE(cluster.StartRoot());
  const Heard<Aggregate> result = cluster.Read(terms, 10s);
  cluster.world.RunFor(10s);
  EXPECT_EQ(ReadWords(result.value().tensors), WordsOf({0, 1}));
}

TEST_F(NodeStoreTest, MayBeDestroyedWithWorkUnderWay) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 5s);
  cluster.disk_options.min_latency = cluster.disk_options.max_latency = 50ms;
  cluster.Upload(root(), terms, 0, 10s);
  cluster.Read(terms, 10s);
  cluster.StartLeaf("leaf");
  cluster.Upload(*cluster.leaves["leaf"].node, terms, 1, 10s);
  cluster.world.RunFor(150ms);
  cluster.root.node.reset();
  cluster.leaves["leaf"].node.reset();
  cluster.world.RunFor(10min);
  EXPECT_EQ(cluster.world.pending(), 0U) << "nothing goes on for ever";
}

}  // namespace
}  // namespace propius
