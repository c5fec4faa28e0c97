// Exactly once through root and leaves, fault by fault (guarantees 1.3, 1.4 and 5).
#include <gtest/gtest.h>

#include "dataplane/testing/cluster.h"

namespace propius {
namespace {

constexpr RoundKey kRound{{1}, {1}};

class TreeTest : public testing::Test {
 protected:
  TreeTest() {
    CHECK(cluster.StartRoot().has_value());
    terms = cluster.OpenRound(kRound, 100, 10min);
    cluster.StartLeaf("a");
    cluster.StartLeaf("b");
  }
  ~TreeTest() override { EXPECT_EQ(cluster.events.errors(), 0); }

  Node& leaf(const std::string& name) { return *cluster.leaves[name].node; }
  Heard<UploadAnswer> Upload(const std::string& name, std::uint32_t slot, Duration wait = 60s) {
    return cluster.Upload(leaf(name), terms, slot, wait);
  }
  std::uint32_t Counted() {
    const auto progress = cluster.Read(terms);
    cluster.world.Settle();
    return progress.value().counted;
  }
  Words Sum() {
    Heard<Aggregate> closed;
    cluster.root.node->CloseRound(cluster.sealer.Seal(terms), kRound, closed.done());
    cluster.world.RunFor(5s);
    EXPECT_TRUE(closed.value().ledger.Balances());
    return ReadWords(closed.value().tensors);
  }
  // A child of the root that is written by hand.
  Heard<ClaimGrant> Claim(const std::string& node, std::uint64_t incarnation = 1, std::uint32_t group = 0) {
    Heard<ClaimGrant> heard;
    cluster.root.node->Claim(Token(node), {node, incarnation, kRound, {group}}, heard.done());
    cluster.world.RunFor(100ms);
    return heard;
  }
  Heard<SegmentVerdict> Push(const Segment& segment) {
    Heard<SegmentVerdict> heard;
    cluster.root.node->Push(Token(segment.node), segment, heard.done());
    cluster.world.RunFor(100ms);
    return heard;
  }
  std::string Token(const std::string& node) { return cluster.sealer.Seal(NodeToken{node, cluster.world.Now() + 1h}); }
  Segment MakeSegment(const std::string& node, std::uint64_t generation, std::uint64_t number,
                      const std::vector<std::uint32_t>& slots) {
    Segment segment;
    segment.node = node;
    segment.round = kRound;
    segment.generation = generation;
    segment.number = number;
    segment.slots = SlotsOf(slots);
    if (!slots.empty()) segment.partial = PartialOf(terms, TestManifest(), slots);
    return segment;
  }

  Cluster cluster;
  RoundTerms terms;
};

TEST_F(TreeTest, SumsOverLeavesAndTheRootItself) {
  for (std::uint32_t slot = 0; slot < 30; ++slot) {
    Node& node = slot % 3 == 0 ? *cluster.root.node : leaf(slot % 3 == 1 ? "a" : "b");
    cluster.Upload(node, terms, slot, 10s, 3);
  }
  cluster.world.RunFor(2s);
  EXPECT_EQ(Counted(), 30U);
  std::vector<std::uint32_t> all(30);
  for (std::uint32_t slot = 0; slot < 30; ++slot) all[slot] = slot;
  EXPECT_EQ(Sum(), WordsOf(all));
}

TEST_F(TreeTest, ALostAcknowledgementIsAskedForAgain) {
  const auto first = Upload("a", 0);
  cluster.world.RunFor(1s);
  ASSERT_TRUE(first.any());
  const auto second = Upload("a", 1);
  cluster.world.RunFor(200ms);  // sealed and on its way
  cluster.leaves["a"].cut = true;
  cluster.world.RunFor(1s);
  cluster.leaves["a"].cut = false;
  EXPECT_FALSE(second.any());
  cluster.world.RunFor(15s);
  EXPECT_EQ(second.value().state, UploadState::kCommitted);
  EXPECT_EQ(Sum(), WordsOf({0, 1}));
}

TEST_F(TreeTest, AnUnreachableRootLosesNothing) {
  // The authors' leaf drops the entry when the push fails, acknowledged updates and all.
  const auto first = Upload("a", 0);
  cluster.world.RunFor(1s);
  cluster.KillRoot();
  std::vector<Heard<UploadAnswer>> answers;
  for (std::uint32_t slot = 1; slot <= 20; ++slot) {
    answers.push_back(Upload("a", slot));
    cluster.world.RunFor(1s);
  }
  ASSERT_TRUE(cluster.StartRoot());
  cluster.world.RunFor(15s);
  for (const auto& answer : answers) EXPECT_EQ(answer.value().state, UploadState::kCommitted);
  EXPECT_EQ(Counted(), 21U);
}

TEST_F(TreeTest, ALeafKeepsAFewSumsHoweverLongTheRootIsAway) {
  Upload("a", 0);
  cluster.world.RunFor(1s);
  cluster.leaves["a"].cut = true;
  for (std::uint32_t slot = 1; slot <= 60; ++slot) {
    Upload("a", slot);
    cluster.world.RunFor(1s);
  }
  cluster.leaves["a"].cut = false;
  const int before = cluster.pushes;
  cluster.world.RunFor(20s);
  EXPECT_EQ(Counted(), 61U);
  EXPECT_LE(cluster.pushes - before, 5) << "two sealed segments and the open one";
}

TEST_F(TreeTest, ARestartedLeafFindsOutWhatItsFormerLifeHadCommitted) {
  const auto first = Upload("a", 0);
  cluster.world.RunFor(1s);
  ASSERT_EQ(first.value().state, UploadState::kCommitted);
  Upload("a", 1);  // accepted only when the leaf dies
  cluster.world.RunFor(100ms);
  cluster.StartLeaf("a");
  const auto again = Upload("a", 0);
  const auto resent = Upload("a", 1);
  cluster.world.RunFor(2s);
  EXPECT_EQ(again.value().state, UploadState::kCommitted);
  EXPECT_EQ(resent.value().state, UploadState::kCommitted);
  EXPECT_EQ(Sum(), WordsOf({0, 1}));
}

TEST_F(TreeTest, APausedLeafThatWakesUpIsFenced) {
  Upload("a", 0);
  cluster.world.RunFor(1s);
  const auto accepted = Upload("a", 1);
  cluster.world.RunFor(100ms);
  cluster.leaves["a"].process->Pause();  // with slot 1 in its open segment
  const auto moved = Upload("b", 1);
  cluster.world.RunFor(8s);
  EXPECT_EQ(moved.value().state, UploadState::kCommitted);
  cluster.leaves["a"].process->Resume();
  cluster.world.RunFor(1s);
  EXPECT_EQ(accepted.code(), Code::kUnavailable) << "the device must send it again";
  const auto again = Upload("a", 1);
  cluster.world.RunFor(10s);
  EXPECT_EQ(again.value().state, UploadState::kCommitted);
  EXPECT_EQ(Sum(), WordsOf({0, 1}));
}

TEST_F(TreeTest, AGroupIsNotTakenFromALivingOwner) {
  Upload("a", 0);
  cluster.world.RunFor(1s);
  EXPECT_EQ(Claim("c").code(), Code::kUnavailable);
  cluster.world.RunFor(3s);
  EXPECT_EQ(Claim("c").value().generation, 2U);
  EXPECT_EQ(Claim("c", 2).value().generation, 3U) << "its own next life may take it at once";
}

TEST_F(TreeTest, LeasesCountAsLapsedAfterARestart) {
  Upload("a", 0);
  cluster.world.RunFor(1s);
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_EQ(Claim("c").value().generation, 2U);
  EXPECT_EQ(Claim("c").value().committed, SlotsOf({0}));
}

TEST_F(TreeTest, AGenerationSurvivesARestart) {
  ASSERT_EQ(Claim("c").value().generation, 1U);
  ASSERT_EQ(Push(MakeSegment("c", 1, 1, {0})).value(), SegmentVerdict::kCommitted);
  ASSERT_TRUE(cluster.StartRoot());
  EXPECT_EQ(Push(MakeSegment("c", 1, 1, {0})).value(), SegmentVerdict::kCommitted) << "again";
  EXPECT_EQ(Push(MakeSegment("c", 1, 2, {1})).value(), SegmentVerdict::kCommitted);
  EXPECT_EQ(Sum(), WordsOf({0, 1}));
}

TEST_F(TreeTest, AnswersSegmentsByTheRules) {
  EXPECT_EQ(Push(MakeSegment("c", 1, 1, {0})).value(), SegmentVerdict::kFenced) << "never claimed";
  ASSERT_EQ(Claim("c").value().generation, 1U);
  EXPECT_EQ(Push(MakeSegment("c", 1, 2, {1})).value(), SegmentVerdict::kGap);
  EXPECT_EQ(Push(MakeSegment("c", 1, 1, {0})).value(), SegmentVerdict::kCommitted);
  EXPECT_EQ(Push(MakeSegment("c", 1, 1, {0})).value(), SegmentVerdict::kCommitted);
  ASSERT_EQ(Claim("c").value().generation, 2U);
  EXPECT_EQ(Push(MakeSegment("c", 1, 2, {1})).value(), SegmentVerdict::kFenced);
  EXPECT_EQ(Push(MakeSegment("d", 2, 1, {1})).value(), SegmentVerdict::kFenced) << "not the owner";
  EXPECT_EQ(Push(MakeSegment("c", 2, 1, {1})).value(), SegmentVerdict::kCommitted);
  Segment unknown = MakeSegment("c", 2, 2, {2});
  unknown.round.round = {9};
  EXPECT_EQ(Push(unknown).code(), Code::kNotFound);
  EXPECT_EQ(Sum(), WordsOf({0, 1}));
  EXPECT_EQ(Push(MakeSegment("c", 2, 1, {1})).value(), SegmentVerdict::kCommitted) << "it was merged before the end";
  EXPECT_EQ(Push(MakeSegment("c", 1, 7, {0})).value(), SegmentVerdict::kCommitted) << "its slot is counted";
  EXPECT_EQ(Push(MakeSegment("c", 2, 2, {2})).value(), SegmentVerdict::kClosed);
  EXPECT_EQ(Claim("c").code(), Code::kFailedPrecondition);
}

TEST_F(TreeTest, RefusesClaimsThatMakeNoSense) {
  EXPECT_EQ(Claim("c", 1, 1'000'000).code(), Code::kInvalidArgument);
  Heard<ClaimGrant> unknown;
  cluster.root.node->Claim(Token("c"), {"c", 1, {{1}, {9}}, {0}}, unknown.done());
  cluster.world.Settle();
  EXPECT_EQ(unknown.code(), Code::kNotFound);
}

TEST_F(TreeTest, ASegmentOfABadLeafChangesNothing) {
  ASSERT_EQ(Claim("c").value().generation, 1U);
  Segment too_few = MakeSegment("c", 1, 1, {0, 1});
  too_few.slots = SlotsOf({0});
  EXPECT_EQ(Push(too_few).code(), Code::kInvalidArgument);
  Segment heavy = MakeSegment("c", 1, 1, {0});
  heavy.partial = PartialOf(terms, TestManifest(), {0}, 11);
  EXPECT_EQ(Push(heavy).code(), Code::kInvalidArgument);
  Segment noise = MakeSegment("c", 1, 1, {0});
  noise.partial = MakeBlob("noise");
  EXPECT_EQ(Push(noise).code(), Code::kInvalidArgument);
  Segment none = MakeSegment("c", 1, 1, {0});
  none.partial = nullptr;
  EXPECT_EQ(Push(none).code(), Code::kInvalidArgument);
  EXPECT_EQ(Push(MakeSegment("c", 1, 0, {0})).code(), Code::kInvalidArgument);
  EXPECT_EQ(cluster.events.Count("segment_refused"), 5);
  EXPECT_EQ(Counted(), 0U);
  EXPECT_EQ(Push(MakeSegment("c", 1, 1, {5})).value(), SegmentVerdict::kCommitted);
  EXPECT_EQ(Sum(), WordsOf({5}));
}

TEST(Tree, ASlotThatIsPushedTwiceIsAnAlarmAndNeverMerged) {
  Cluster cluster;
  ASSERT_TRUE(cluster.StartRoot());
  const RoundTerms terms = cluster.OpenRound(kRound, 10, 60s);
  for (const std::uint32_t group : {0U, 1U}) {
    const std::string token = cluster.sealer.Seal(NodeToken{"c", cluster.world.Now() + 1h});
    Heard<ClaimGrant> grant;
    cluster.root.node->Claim(token, {"c", 1, kRound, {group}}, grant.done());
    Segment segment;
    segment.node = "c";
    segment.round = kRound;
    segment.group = {group};
    segment.generation = 1;
    segment.number = 1;
    segment.slots = SlotsOf({3});
    segment.partial = PartialOf(terms, TestManifest(), {3});
    Heard<SegmentVerdict> verdict;
    cluster.root.node->Push(token, segment, verdict.done());
    cluster.world.RunFor(1s);
    EXPECT_EQ(verdict.result().has_value(), group == 0);
  }
  EXPECT_EQ(cluster.events.errors(), 1);
  EXPECT_EQ(cluster.events.Count("slot_pushed_twice"), 1);
  const auto progress = cluster.Read(terms);
  cluster.world.Settle();
  EXPECT_EQ(progress.value().counted, 1U);
}

TEST_F(TreeTest, DevicesOfASegmentThatTheRootRefusesAreToldAndTheGroupGoesOn) {
  // Each leaf's sum is within range, both together are not.
  const auto send = [&](const std::string& name, std::uint32_t slot) {
    const Blob huge = MakeBlob(WordsFile(Words(kWords, std::int64_t{1} << 62)));
    return cluster.Send(leaf(name), MakeTicket(terms, slot, 2), huge, 60s);
  };
  const auto first = send("a", 0);
  cluster.world.RunFor(1s);
  const auto second = send("b", 1);
  cluster.world.RunFor(5s);
  EXPECT_EQ(first.value().state, UploadState::kCommitted);
  EXPECT_EQ(second.value().state, UploadState::kRejected);
  const auto next = cluster.Send(leaf("b"), MakeTicket(terms, 3, 2), MakeBlob(WordsFile(Words(kWords, 1))), 60s);
  cluster.world.RunFor(5s);
  EXPECT_EQ(next.value().state, UploadState::kCommitted);
  Heard<Aggregate> closed;
  cluster.root.node->CloseRound(cluster.sealer.Seal(terms), kRound, closed.done());
  cluster.world.RunFor(5s);
  EXPECT_EQ(closed.value().ledger.rejected.at("refused"), 1U);
  EXPECT_EQ(ReadWords(closed.value().tensors), Words(kWords, (std::int64_t{1} << 62) + 1));
}

TEST_F(TreeTest, WhatComesTooLateAtTheRootIsLateForItsDevice) {
  cluster.control.census = {.granted = 3, .returned = 0, .bound = 3, .stranded = 0, .failed = {}, .expired = {}};
  Upload("a", 0);
  cluster.world.RunFor(1s);
  const auto cut_off = Upload("a", 1);
  cluster.world.RunFor(100ms);
  cluster.leaves["a"].cut = true;
  EXPECT_EQ(Sum(), WordsOf({0}));
  const auto another = Upload("a", 2);
  cluster.world.RunFor(5s);
  EXPECT_FALSE(cut_off.any());
  cluster.leaves["a"].cut = false;
  cluster.world.RunFor(15s);
  EXPECT_EQ(cut_off.value().state, UploadState::kLate);
  EXPECT_EQ(another.value().state, UploadState::kLate);
  const auto result = cluster.Read(terms);
  cluster.world.RunFor(1s);
  EXPECT_EQ(result.value().ledger.late, 2U);
  EXPECT_TRUE(result.value().ledger.lost.empty());
  EXPECT_TRUE(result.value().ledger.Balances());
}

TEST_F(TreeTest, NotesSurviveALostClaim) {
  // Slots are rejected, then the group moves to another leaf before the notes have reached the root.
  cluster.control.census = {.granted = 10, .returned = 0, .bound = 10, .stranded = 0, .failed = {}, .expired = {}};
  Upload("a", 0);
  cluster.world.RunFor(1s);
  cluster.leaves["a"].cut = true;
  for (const std::uint32_t slot : {7U, 8U, 9U}) {  // in two sealed segments and the open one
    const auto rejected = cluster.Send(leaf("a"), MakeTicket(terms, slot), MakeBlob("garbage"));
    cluster.world.RunFor(2s);
    EXPECT_EQ(rejected.value().state, UploadState::kRejected);
  }
  const auto moved = Upload("b", 1);
  cluster.world.RunFor(1s);
  EXPECT_EQ(moved.value().state, UploadState::kCommitted);
  cluster.leaves["a"].cut = false;
  cluster.world.RunFor(20s);
  const auto still = Upload("b", 2);
  cluster.world.RunFor(1s);
  EXPECT_EQ(still.value().state, UploadState::kCommitted) << "notes alone do not take the group back";
  cluster.world.RunFor(10min);
  const auto result = cluster.Read(terms);
  cluster.world.RunFor(1s);
  EXPECT_EQ(result.value().ledger.rejected.at("malformed"), 3U);
  EXPECT_EQ(result.value().ledger.counted, 3U);
}

TEST_F(TreeTest, AnUploadIsNotHeldUpByARoundThatIsUnknown) {
  RoundTerms unknown = terms;
  unknown.round = {55};
  cluster.Upload(leaf("a"), unknown, 0, 60s);
  const auto known = Upload("a", 0, 10s);
  cluster.world.RunFor(1s);
  EXPECT_EQ(known.value().state, UploadState::kCommitted);
}

}  // namespace
}  // namespace propius
