// What a device sees of a leaf.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"

namespace propius {
namespace {

constexpr RoundKey kRound{{1}, {1}};

class UploadTest : public testing::Test {
 protected:
  UploadTest() {
    CHECK(cluster.StartRoot().has_value());
    terms = cluster.OpenRound(kRound, 100, 60s);
    cluster.StartLeaf("leaf");
  }
  ~UploadTest() override { EXPECT_EQ(cluster.events.errors(), 0); }

  Node& leaf() { return *cluster.leaves["leaf"].node; }
  Heard<UploadAnswer> Upload(std::uint32_t slot, Duration wait = 0us) {
    return cluster.Upload(leaf(), terms, slot, wait);
  }
  Heard<UploadAnswer> Rejected(const Blob& update, std::uint32_t slot) {
    Heard<UploadAnswer> heard = cluster.Send(leaf(), MakeTicket(terms, slot), update, 5s);
    cluster.world.RunFor(1s);
    EXPECT_EQ(heard.value().state, UploadState::kRejected);
    return heard;
  }
  Aggregate Result() {
    cluster.world.RunFor(1s);
    Heard<Aggregate> closed;
    cluster.root.node->CloseRound(cluster.sealer.Seal(terms), kRound, closed.done());
    cluster.world.RunFor(1s);
    return closed.value();
  }

  Cluster cluster;
  RoundTerms terms;
};

TEST_F(UploadTest, AnswersAcceptedAtOnceAndCommittedInTime) {
  const auto accepted = Upload(0);
  const auto committed = Upload(1, 10s);
  cluster.world.RunFor(100ms);
  EXPECT_EQ(accepted.value().state, UploadState::kAccepted);
  EXPECT_FALSE(committed.any());
  cluster.world.RunFor(1s);
  EXPECT_EQ(committed.value().state, UploadState::kCommitted);
  const auto status = cluster.Ask(leaf(), MakeTicket(terms, 0));
  cluster.world.Settle();
  EXPECT_EQ(status.value().state, UploadState::kCommitted);
}

TEST_F(UploadTest, AnswersAcceptedWhenTheWaitIsOver) {
  Upload(0, 10s);
  cluster.world.RunFor(1s);
  cluster.KillRoot();
  const auto heard = Upload(1, 3s);
  cluster.world.RunFor(2s);
  EXPECT_FALSE(heard.any());
  cluster.world.RunFor(2s);
  EXPECT_EQ(heard.value().state, UploadState::kAccepted);
  EXPECT_EQ(heard.answers(), 1);
}

TEST_F(UploadTest, CountsASlotOnceHoweverOftenItComes) {
  std::vector<Heard<UploadAnswer>> answers;
  for (int i = 0; i < 5; ++i) answers.push_back(Upload(3, 10s));
  cluster.world.RunFor(1s);
  for (int i = 0; i < 5; ++i) answers.push_back(Upload(3, 10s));
  cluster.world.RunFor(1s);
  for (const auto& answer : answers) EXPECT_EQ(answer.value().state, UploadState::kCommitted);
  EXPECT_EQ(ReadWords(Result().tensors), WordsOf({3}));
}

TEST_F(UploadTest, TakesTheFirstUpdateOfASlot) {
  Upload(3, 10s);
  cluster.Send(leaf(), MakeTicket(terms, 3), UpdateOf(4), 10s);
  EXPECT_EQ(ReadWords(Result().tensors), WordsOf({3}));
}

TEST_F(UploadTest, RejectsWhatIsNotTheUpdateOfThePlanAndSaysWhy) {
  const auto reason = [&](const Blob& update, std::uint32_t slot) { return Rejected(update, slot).value().reason; };
  EXPECT_THAT(reason(MakeBlob("garbage"), 0), testing::Not(testing::IsEmpty()));
  EXPECT_THAT(reason(MakeBlob(WordsFile(Words(kWords + 1))), 1), testing::HasSubstr("v"));
  EXPECT_THAT(reason(MakeBlob(std::string(5000, 'x')), 2), testing::HasSubstr("4096"));
  EXPECT_THAT(reason(UpdateOf(3, {{"weight", "0"}}), 3), testing::HasSubstr("weight"));
  const Aggregate result = Result();
  EXPECT_EQ(result.outcome, RoundOutcome::kAborted);
  const std::map<std::string, std::uint32_t> reasons{{"malformed", 1}, {"manifest", 1}, {"size", 1}, {"weight", 1}};
  EXPECT_EQ(result.ledger.rejected, reasons);
  EXPECT_TRUE(result.ledger.Balances());
}

TEST_F(UploadTest, ARejectionIsFinalForItsSlot) {
  Rejected(MakeBlob("garbage"), 5);
  const auto again = Upload(5, 5s);
  const auto status = cluster.Ask(leaf(), MakeTicket(terms, 5));
  cluster.world.RunFor(1s);
  EXPECT_EQ(again.value().state, UploadState::kRejected);
  EXPECT_EQ(status.value().state, UploadState::kRejected);
  EXPECT_EQ(status.value().reason, again.value().reason);
  EXPECT_EQ(Result().counted, 0U);
}

TEST_F(UploadTest, ARejectedUpdateLeavesNoTrace) {
  // The same round twice, once with bad updates between the good ones; the sums must be the same bytes.
  const auto run = [](bool with_bad_ones) {
    Cluster other;
    other.options.seal_after = 5s;  // all in one segment
    CHECK(other.StartRoot().has_value());
    const RoundTerms round = other.OpenRound(kRound, 3, 60s);
    const auto bad = [&](std::uint32_t slot, const Words& words, const std::map<std::string, std::string>& metadata) {
      if (!with_bad_ones) return;
      const auto heard =
          other.Send(*other.root.node, MakeTicket(round, slot), MakeBlob(WordsFile(words, metadata)), 5s);
      other.world.RunFor(100ms);
      EXPECT_EQ(heard.value().state, UploadState::kRejected);
    };
    bad(10, Words(kWords + 1), {});
    for (const std::uint32_t slot : {0U, 1U, 2U}) {
      other.Upload(*other.root.node, round, slot);
      other.world.RunFor(100ms);
      bad(20 + slot, Words(kWords, std::numeric_limits<std::int64_t>::max()), {});  // leaves the range of the sum
      bad(30 + slot, Words(kWords), {{"weight", "nan"}});
    }
    other.world.RunFor(10s);
    const auto result = other.Read(round);
    other.world.Settle();
    const auto view = ParseSafetensors(*result.value().tensors);
    return std::pair(std::string(view->tensors.at(0).data), view->metadata.at("total_weight"));
  };
  EXPECT_EQ(run(true), run(false));
}

TEST_F(UploadTest, RefusesTicketsThatAreNotForThisCall) {
  Heard<UploadAnswer> forged;
  leaf().Upload("forged", kRound, UpdateOf(0), 0s, forged.done());
  Heard<UploadAnswer> elsewhere;
  leaf().Upload(cluster.sealer.Seal(MakeTicket(terms, 0)), {{1}, {2}}, UpdateOf(0), 0s, elsewhere.done());
  Heard<UploadAnswer> status;
  leaf().UploadStatus("forged", kRound, 0s, status.done());
  Ticket high = MakeTicket(terms, terms.max_slots);
  const auto slot = cluster.Send(leaf(), high, UpdateOf(0), 5s);
  Ticket plan = MakeTicket(terms, 1);
  plan.plan = Sha256("another");
  const auto other_plan = cluster.Send(leaf(), plan, UpdateOf(1), 5s);
  cluster.world.RunFor(2s);
  EXPECT_EQ(forged.code(), Code::kUnauthenticated);
  EXPECT_EQ(elsewhere.code(), Code::kPermissionDenied);
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_EQ(slot.code(), Code::kPermissionDenied);
  EXPECT_EQ(other_plan.code(), Code::kPermissionDenied);
}

TEST_F(UploadTest, AnUnknownRoundIsUnavailableAndChangesNothing) {
  Upload(0, 5s);
  cluster.world.RunFor(1s);
  RoundTerms huge = terms;
  huge.round = {std::numeric_limits<std::uint32_t>::max()};
  const auto unknown = cluster.Upload(leaf(), huge, 1, 5s);
  cluster.world.RunFor(4s);
  EXPECT_FALSE(unknown.any());
  cluster.world.RunFor(2s);
  EXPECT_EQ(unknown.code(), Code::kUnavailable);
  const auto next = Upload(1, 5s);
  cluster.world.RunFor(1s);
  EXPECT_EQ(next.value().state, UploadState::kCommitted);
  EXPECT_EQ(ReadWords(Result().tensors), WordsOf({0, 1}));
  EXPECT_EQ(cluster.disk.tallies.tallies.size(), 1U);
}

TEST_F(UploadTest, WaitsForARoundWhosePlanComesLater) {
  const RoundTerms next = MakeTerms({{1}, {2}}, MakePlan(), cluster.world.Now() + 60s);
  const auto heard = cluster.Upload(leaf(), next, 0, 20s);
  cluster.world.RunFor(3s);
  cluster.OpenRound(next.key(), next.target, next.deadline - cluster.world.Now());
  cluster.world.RunFor(5s);
  EXPECT_EQ(heard.value().state, UploadState::kCommitted);
}

TEST_F(UploadTest, SaysLateAfterTheEndAndTheLedgerKnows) {
  cluster.control.census = {.granted = 4, .returned = 0, .bound = 4, .stranded = 0, .failed = {}, .expired = {}};
  Upload(0, 5s);
  Result();
  const auto late = Upload(1, 5s);
  cluster.world.RunFor(1s);
  EXPECT_EQ(late.value().state, UploadState::kLate);
  const auto again = Upload(1, 5s);
  const auto committed = Upload(0, 5s);
  const auto status = cluster.Ask(leaf(), MakeTicket(terms, 2));
  cluster.world.RunFor(1s);
  EXPECT_EQ(again.value().state, UploadState::kLate);
  EXPECT_EQ(committed.value().state, UploadState::kCommitted);
  EXPECT_EQ(status.value().state, UploadState::kLate);
  const auto result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(result.value().ledger.late, 2U);
  EXPECT_EQ(result.value().ledger.lost.at("unfinished"), 1U);
  EXPECT_TRUE(result.value().ledger.Balances());
}

TEST_F(UploadTest, ALeafThatNeverHeldTheGroupNotesLateOnesToo) {
  cluster.control.census = {.granted = 2, .returned = 0, .bound = 2, .stranded = 0, .failed = {}, .expired = {}};
  Result();
  const auto late = Upload(1, 5s);
  cluster.world.RunFor(2s);
  EXPECT_EQ(late.value().state, UploadState::kLate);
  const auto result = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(result.value().ledger.late, 1U);
}

TEST_F(UploadTest, AnExpiredTicketIsLate) {
  Ticket expired = MakeTicket(terms, 2);
  expired.expires = cluster.world.Now();
  const auto late = cluster.Send(leaf(), expired, UpdateOf(2), 5s);
  Ticket soon = MakeTicket(terms, 3);
  soon.round.round = {77};  // unknown: waits longer than it lives
  soon.expires = cluster.world.Now() + 1s;
  const auto waited = cluster.Send(leaf(), soon, UpdateOf(3), 500ms);
  cluster.world.RunFor(2s);
  EXPECT_EQ(late.value().state, UploadState::kLate);
  EXPECT_EQ(waited.code(), Code::kUnavailable);
  const Aggregate result = Result();
  EXPECT_EQ(result.counted, 0U);
  EXPECT_EQ(result.ledger.late, 1U);
}

TEST_F(UploadTest, AnUpdateWhoseTicketExpiresWhileItWaitsIsLate) {
  cluster.leaves["leaf"].cut = true;
  Ticket soon = MakeTicket(terms, 3);
  soon.expires = cluster.world.Now() + 1s;
  const auto heard = cluster.Send(leaf(), soon, UpdateOf(3), 30s);
  cluster.world.RunFor(2s);
  cluster.leaves["leaf"].cut = false;
  cluster.world.RunFor(20s);
  EXPECT_EQ(heard.value().state, UploadState::kLate);
}

TEST_F(UploadTest, StatusOfAnUnknownUpdateAsksForIt) {
  const auto unknown = cluster.Ask(leaf(), MakeTicket(terms, 0));
  Upload(1, 5s);
  cluster.world.RunFor(1s);
  const auto never_sent = cluster.Ask(leaf(), MakeTicket(terms, 0));
  cluster.world.Settle();
  EXPECT_EQ(unknown.code(), Code::kNotFound);
  EXPECT_EQ(never_sent.code(), Code::kNotFound);
}

TEST_F(UploadTest, StatusWaitsForTheCommit) {
  Upload(1);
  cluster.world.RunFor(50ms);
  const auto status = cluster.Ask(leaf(), MakeTicket(terms, 1), 5s);
  cluster.world.RunFor(50ms);
  EXPECT_FALSE(status.any());
  cluster.world.RunFor(1s);
  EXPECT_EQ(status.value().state, UploadState::kCommitted);
}

TEST_F(UploadTest, TwentyDevicesWithOneWishAreOneFetch) {
  std::vector<Heard<Blob>> plans(20);
  cluster.weather.delay = 50ms;
  for (auto& plan : plans) leaf().GetPlan(terms.plan, plan.done());
  cluster.world.RunFor(1s);
  for (const auto& plan : plans) EXPECT_EQ(*plan.value(), *MakePlan());
  EXPECT_EQ(cluster.plan_fetches, 1);
}

TEST_F(UploadTest, ASteadyStreamFlushesInTime) {
  // The authors' leaf starts its 10 s anew with every update, so that a stream never reaches the root.
  const auto first = Upload(0, 60s);
  for (std::uint32_t slot = 1; slot < 40; ++slot) {
    cluster.world.RunFor(100ms);
    Upload(slot);
    if (slot == 10) {
      EXPECT_EQ(first.value().state, UploadState::kCommitted);
    }
  }
  const auto progress = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_GE(progress.value().counted, 35U);
}

TEST_F(UploadTest, SealsEarlyWhenManyCome) {
  cluster.options.seal_after = 30s;
  cluster.options.seal_count = 3;
  cluster.StartLeaf("leaf");
  std::vector<Heard<UploadAnswer>> answers;
  for (std::uint32_t slot = 0; slot < 4; ++slot) answers.push_back(Upload(slot, 20s));
  cluster.world.RunFor(2s);
  EXPECT_EQ(answers[2].value().state, UploadState::kCommitted);
  EXPECT_FALSE(answers[3].any());
}

TEST_F(UploadTest, DrainSealsAtOnceAndRefusesMore) {
  cluster.options.seal_after = 30s;
  cluster.StartLeaf("leaf");
  const auto taken = Upload(0, 20s);
  cluster.world.RunFor(100ms);
  bool drained = false;
  leaf().Drain(5s, [&] { drained = true; });
  const auto refused = Upload(1, 5s);
  cluster.world.RunFor(1s);
  EXPECT_TRUE(drained);
  EXPECT_EQ(taken.value().state, UploadState::kCommitted);
  EXPECT_EQ(refused.code(), Code::kUnavailable);
}

TEST_F(UploadTest, DrainIsBounded) {
  Upload(0, 20s);
  cluster.world.RunFor(100ms);
  cluster.KillRoot();
  bool drained = false;
  leaf().Drain(5s, [&] { drained = true; });
  cluster.world.RunFor(4s);
  EXPECT_FALSE(drained);
  cluster.world.RunFor(2s);
  EXPECT_TRUE(drained);
}

TEST_F(UploadTest, TheRootDrainsWhatItTookItself) {
  cluster.options.seal_after = 30s;
  ASSERT_TRUE(cluster.StartRoot());
  const auto taken = cluster.Upload(*cluster.root.node, terms, 7, 20s);
  cluster.world.RunFor(100ms);
  bool drained = false;
  cluster.root.node->Drain(5s, [&] { drained = true; });
  cluster.world.RunFor(1s);
  EXPECT_TRUE(drained);
  EXPECT_EQ(taken.value().state, UploadState::kCommitted);
}

TEST_F(UploadTest, AQuietLeafForgetsItsRounds) {
  Upload(0, 5s);
  cluster.world.RunFor(10min);
  const auto status = cluster.Ask(leaf(), MakeTicket(terms, 0));
  cluster.world.RunFor(1s);
  EXPECT_EQ(status.code(), Code::kNotFound);
  cluster.world.RunFor(24h);
  EXPECT_EQ(cluster.world.pending(), 0U);
}

TEST_F(UploadTest, ALeafWithoutItsParentForgetsInTheEnd) {
  Upload(0, 5s);
  cluster.world.RunFor(1s);
  cluster.KillRoot();
  Upload(1, 5s);
  cluster.world.RunFor(5min);
  EXPECT_GT(cluster.world.pending(), 0U);
  const auto waiting = cluster.Ask(leaf(), MakeTicket(terms, 1), 1h);
  cluster.world.RunFor(30min);
  EXPECT_EQ(waiting.code(), Code::kUnavailable);
  cluster.world.RunFor(2h);
  EXPECT_EQ(cluster.world.pending(), 0U);
}

}  // namespace
}  // namespace propius
