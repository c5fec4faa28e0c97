#include "dataplane/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dataplane/testing/node_fixture.h"

namespace propius {
namespace {

TEST_F(NodeTest, CompletesARoundWithItsTarget) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 60s);
  const Heard<Aggregate> result = cluster.Read(terms, 30s);
  std::vector<Heard<UploadAnswer>> answers;
  for (const std::uint32_t slot : {0U, 1U, 3U}) answers.push_back(cluster.Upload(root(), terms, slot, 10s));
  cluster.world.RunFor(2s);
  for (const auto& answer : answers) EXPECT_EQ(answer.value().state, UploadState::kCommitted);

  ASSERT_TRUE(result.any());
  EXPECT_EQ(result.value().outcome, RoundOutcome::kCompleted);
  EXPECT_EQ(result.value().counted, 3U);
  EXPECT_EQ(ReadWords(result.value().tensors), WordsOf({0, 1, 3}));
  EXPECT_TRUE(result.value().ledger.final);
  EXPECT_TRUE(result.value().ledger.Balances());
  EXPECT_EQ(result.value().ledger.lost.at("unfinished"), 1U);
  ASSERT_EQ(cluster.control.closures.size(), 1U);
  EXPECT_EQ(cluster.control.closures[0].outcome, RoundOutcome::kCompleted);
  EXPECT_EQ(cluster.control.closures[0].counted, 3U);
}

TEST_F(NodeTest, RepeatsTheResultInItsMetadata) {
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  cluster.Send(root(), MakeTicket(terms, 2), UpdateOf(2, {{"weight", "0.1"}}), 10s);
  cluster.world.RunFor(1s);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  const auto metadata = ParseSafetensors(*result.value().tensors)->metadata;
  EXPECT_EQ(metadata.at("outcome"), "completed");
  EXPECT_EQ(metadata.at("job"), "1");
  EXPECT_EQ(metadata.at("round"), "1");
  EXPECT_EQ(metadata.at("count"), "1");
  EXPECT_EQ(metadata.at("target"), "1");
  EXPECT_EQ(std::stod(metadata.at("total_weight")), 0.1);
  EXPECT_FALSE(metadata.at("reason").empty());
  const auto ledger = nlohmann::json::parse(metadata.at("ledger"));
  EXPECT_EQ(ledger["counted"], 1);
  EXPECT_EQ(ledger["lost"]["unfinished"], 3);
  EXPECT_EQ(ledger["final"], true);
}

TEST_F(NodeTest, ClosesAsPartialAtTheDeadline) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 5s);
  cluster.Upload(root(), terms, 0);
  const Heard<Aggregate> result = cluster.Read(terms, 30s);
  cluster.world.RunFor(4s);
  EXPECT_FALSE(result.any());
  cluster.world.RunFor(2s);
  EXPECT_EQ(result.value().outcome, RoundOutcome::kPartial);
  EXPECT_EQ(ReadWords(result.value().tensors), WordsOf({0}));
}

TEST_F(NodeTest, AbortsARoundWithoutContributions) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 5s);
  cluster.world.RunFor(6s);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(result.value().outcome, RoundOutcome::kAborted);
  EXPECT_TRUE(ReadWords(result.value().tensors).empty());
  EXPECT_EQ(ParseSafetensors(*result.value().tensors)->metadata.at("outcome"), "aborted");
  EXPECT_EQ(result.value().ledger.lost.at("unfinished"), 4U);
}

TEST_F(NodeTest, ClosesWhenItsJobSaysSo) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 60s);
  cluster.Upload(root(), terms, 1, 5s);
  cluster.world.RunFor(1s);
  const Heard<Aggregate> closed = Close(terms);
  cluster.world.RunFor(100ms);
  EXPECT_EQ(closed.value().outcome, RoundOutcome::kPartial);
  EXPECT_EQ(ReadWords(closed.value().tensors), WordsOf({1}));
  const Heard<Aggregate> again = Close(terms);
  cluster.world.RunFor(100ms);
  EXPECT_EQ(*again.value().tensors, *closed.value().tensors);
  EXPECT_EQ(cluster.control.closures.size(), 1U);
}

TEST_F(NodeTest, ShowsProgressWhileTheRoundIsOpen) {
  const RoundTerms terms = cluster.OpenRound(kRound, 3, 60s);
  cluster.Upload(root(), terms, 1, 5s);
  cluster.world.RunFor(1s);
  const Heard<Aggregate> now = cluster.Read(terms);
  const Heard<Aggregate> later = cluster.Read(terms, 2s);
  cluster.world.RunFor(1s);
  EXPECT_EQ(now.value().outcome, RoundOutcome::kOpen);
  EXPECT_EQ(now.value().counted, 1U);
  EXPECT_EQ(now.value().target, 3U);
  EXPECT_EQ(now.value().tensors, nullptr);
  EXPECT_FALSE(now.value().ledger.final);
  EXPECT_FALSE(later.any());
  cluster.world.RunFor(1s);
  EXPECT_EQ(later.value().outcome, RoundOutcome::kOpen);
}

TEST_F(NodeTest, AnswersAReaderOnce) {
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  const Heard<Aggregate> result = cluster.Read(terms, 3s);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(10s);
  EXPECT_EQ(result.answers(), 1);
}

TEST_F(NodeTest, RefusesAPlanThatIsNotTheRounds) {
  const Blob plan = MakePlan();
  RoundTerms terms = MakeTerms(kRound, plan, Later(60s));
  Heard<PlanReceipt> forged;
  root().PutPlan("forged", kRound, plan, forged.done());
  Heard<PlanReceipt> elsewhere;
  root().PutPlan(cluster.sealer.Seal(terms), {{1}, {999'999}}, plan, elsewhere.done());
  cluster.world.RunFor(100ms);
  EXPECT_EQ(forged.code(), Code::kUnauthenticated);
  EXPECT_EQ(elsewhere.code(), Code::kPermissionDenied);

  const Heard<PlanReceipt> other = Put(terms, MakePlan("another"));
  EXPECT_EQ(other.code(), Code::kInvalidArgument);
  EXPECT_THAT(other.result().error().message, testing::HasSubstr(ToHex(terms.plan)));

  const Blob noise = MakeBlob("not a safetensors file");
  EXPECT_EQ(Put(MakeTerms(kRound, noise, Later(60s)), noise).code(), Code::kInvalidArgument);
  const Blob manifest = MakeBlob(WordsFile(Words(kWords), {{"update_manifest", "not JSON"}}));
  EXPECT_EQ(Put(MakeTerms(kRound, manifest, Later(60s)), manifest).code(), Code::kInvalidArgument);
  RoundTerms reducer = terms;
  reducer.reducer.name = "no such reducer";
  EXPECT_TRUE(Put(reducer, plan).code().has_value());
  RoundTerms target = terms;
  target.target = 0;
  EXPECT_EQ(Put(target, plan).code(), Code::kInvalidArgument);
  RoundTerms over = terms;
  over.deadline = cluster.world.Now();
  EXPECT_EQ(Put(over, plan).code(), Code::kFailedPrecondition);

  const Heard<Aggregate> unknown = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(unknown.code(), Code::kNotFound);
  EXPECT_TRUE(cluster.disk.tallies.tallies.empty());
}

TEST_F(NodeTest, RefusesAPlanOverTheLimit) {
  cluster.options.max_plan_bytes = 10;
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_EQ(Put(MakeTerms(kRound, MakePlan(), Later(60s)), MakePlan()).code(), Code::kResourceExhausted);
}

TEST_F(NodeTest, RefusesAPlanWhoseSumsWouldOutgrowTheirWayAndTheStore) {
  cluster.options.max_plan_bytes = 4096;
  ASSERT_TRUE(cluster.StartRoot());
  const auto put = [&](std::uint64_t values, std::optional<SyncSpec> sync = std::nullopt) {
    const std::string manifest = R"({"w": {"dtype": "I8", "shape": [)" + std::to_string(values) + "]}}";
    const Blob plan = MakeBlob(WordsFile(Words(kWords), {{"update_manifest", manifest}}));
    RoundTerms terms = MakeTerms(kRound, plan, Later(60s));
    terms.sync = std::move(sync);
    const Heard<PlanReceipt> heard = Put(terms, plan);
    return heard.result() ? "taken" : heard.result().error().message;
  };
  EXPECT_EQ(put(1025),
            Show(kRound) +
                ": update manifest: expected at most 1024 values, so that what is kept of them takes at most "
                "8192 bytes, got 1025");
  EXPECT_NE(put(kMaxSumBytes / 12 + 1, SyncSpec{.model = "asp", .eta = 1}).find("expected at most 78293674 values"),
            std::string::npos);
  // A barrier keeps an update of each of its workers.
  const std::uint32_t workers = MakeTerms(kRound, MakePlan(), Later(60s)).demand;
  EXPECT_NE(put(kMaxSumBytes / 12, SyncSpec{.model = "bsp"})
                .find("expected at most " + std::to_string(kMaxSumBytes / (12 + 4 * workers)) + " values"),
            std::string::npos);
  EXPECT_EQ(put(1024), "taken");
}

TEST_F(NodeTest, TakesTheSamePlanAgainAndNoOtherTerms) {
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(1s);
  EXPECT_EQ(Put(terms, MakePlan()).value().digest, terms.plan);
  RoundTerms others = terms;
  others.target = 2;
  EXPECT_EQ(Put(others, MakePlan()).code(), Code::kAlreadyExists);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(result.value().counted, 1U) << "a repeated PUT must not wipe the round";
}

TEST_F(NodeTest, AnswersWithoutTheCensusWhenControlIsSilent) {
  cluster.control.silent = true;
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  cluster.Upload(root(), terms, 0);
  const Heard<Aggregate> early = cluster.Read(terms, 30s);
  cluster.world.RunFor(1s);
  EXPECT_FALSE(early.any());
  const Heard<Aggregate> impatient = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(impatient.value().outcome, RoundOutcome::kCompleted);
  EXPECT_FALSE(impatient.value().ledger.final);
  cluster.world.RunFor(2s);
  ASSERT_TRUE(early.any());
  EXPECT_FALSE(early.value().ledger.final);
  EXPECT_TRUE(early.value().ledger.Balances());
  EXPECT_EQ(early.value().ledger.bound, 1U);

  cluster.control.silent = false;
  cluster.world.RunFor(10s);
  const Heard<Aggregate> final = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_TRUE(final.value().ledger.final);
  EXPECT_EQ(final.value().ledger.bound, 4U);
  EXPECT_GT(cluster.control.closures.size(), 1U);
}

TEST_F(NodeTest, EndsTheLedgerByItselfWhenControlDoesNotKnowTheRound) {
  cluster.control.unknown = true;
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(1s);
  const Heard<Aggregate> result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_TRUE(result.value().ledger.final);
  EXPECT_EQ(result.value().ledger.bound, 1U);
  EXPECT_EQ(cluster.events.Count("round_unknown_to_control"), 1);
}

TEST_F(NodeTest, WorksWithoutAControlPlane) {
  cluster.with_control = false;
  ASSERT_TRUE(cluster.StartRoot());
  const RoundTerms terms = cluster.OpenRound(kRound, 1, 60s);
  const Heard<Aggregate> result = cluster.Read(terms, 10s);
  cluster.Upload(root(), terms, 0);
  cluster.world.RunFor(1s);
  EXPECT_TRUE(result.value().ledger.final);
}

TEST_F(NodeTest, OnlyTheRootAnswersJobsAndChildren) {
  const RoundTerms terms = cluster.OpenRound(kRound, 2, 60s);
  Node& leaf = *cluster.StartLeaf("leaf").node;
  Heard<PlanReceipt> receipt;
  leaf.PutPlan(cluster.sealer.Seal(terms), kRound, MakePlan(), receipt.done());
  Heard<Aggregate> read;
  leaf.GetAggregate(cluster.sealer.Seal(terms), kRound, 0s, read.done());
  Heard<Aggregate> closed;
  leaf.CloseRound(cluster.sealer.Seal(terms), kRound, closed.done());
  Heard<ClaimGrant> grant;
  leaf.Claim(cluster.sealer.Seal(NodeToken{"x", Later(1h)}), {"x", 1, kRound, {0}}, grant.done());
  cluster.world.Settle();
  EXPECT_EQ(receipt.code(), Code::kPermissionDenied);
  EXPECT_EQ(read.code(), Code::kPermissionDenied);
  EXPECT_EQ(closed.code(), Code::kPermissionDenied);
  EXPECT_EQ(grant.code(), Code::kPermissionDenied);
}

TEST_F(NodeTest, ChecksTheTokensOfItsChildren) {
  const RoundTerms terms = cluster.OpenRound(kRound, 2, 60s);
  const auto claim = [&](const std::string& token) {
    Heard<ClaimGrant> heard;
    root().Claim(token, {"leaf", 1, kRound, {0}}, heard.done());
    cluster.world.RunFor(100ms);
    return heard;
  };
  EXPECT_EQ(claim("forged").code(), Code::kUnauthenticated);
  EXPECT_EQ(claim(cluster.sealer.Seal(NodeToken{"leaf", cluster.world.Now()})).code(), Code::kUnauthenticated);
  EXPECT_EQ(claim(cluster.sealer.Seal(NodeToken{"other", Later(1h)})).code(), Code::kPermissionDenied);
  EXPECT_EQ(claim(cluster.sealer.Seal(NodeToken{"leaf", Later(1h)})).value().generation, 1U);

  Segment segment;
  segment.node = "leaf";
  segment.round = kRound;
  Heard<SegmentVerdict> pushed;
  root().Push(cluster.sealer.Seal(NodeToken{"other", Later(1h)}), segment, pushed.done());
  cluster.world.Settle();
  EXPECT_EQ(pushed.code(), Code::kPermissionDenied);
}

}  // namespace
}  // namespace propius
