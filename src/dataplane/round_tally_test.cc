#include "dataplane/round_tally.h"

#include <gtest/gtest.h>

#include "dataplane/testing/rounds.h"

namespace propius {
namespace {

class RoundTallyTest : public testing::Test {
 protected:
  Segment MakeSegment(std::uint64_t generation, std::uint64_t number, const std::vector<std::uint32_t>& slots,
                      std::uint32_t group = 0) const {
    Segment segment;
    segment.node = "leaf";
    segment.round = terms.key();
    segment.group = {group};
    segment.generation = generation;
    segment.number = number;
    segment.slots = SlotsOf(slots);
    if (!slots.empty()) segment.partial = PartialOf(terms, TestManifest(), slots);
    return segment;
  }
  ClaimGrant Claim(std::uint32_t group = 0) { return tally.Claim({"leaf", 1, terms.key(), {group}}); }
  Words Sum() const { return ReadWords(MakeBlob(*tally.Report({}))); }

  RoundTerms terms = MakeTerms({{1}, {1}}, MakePlan(), FromMicros(1));
  RoundTally tally = *RoundTally::Begin(terms, TestManifest(), TestReducers());
};

TEST_F(RoundTallyTest, MergesGroupsIntoOneSum) {
  Claim(0);
  Claim(1);
  EXPECT_TRUE(tally.Take(MakeSegment(1, 1, {0, 2}))->changed);
  EXPECT_TRUE(tally.Take(MakeSegment(1, 1, {1}, 1))->changed);
  EXPECT_TRUE(tally.Take(MakeSegment(1, 2, {4}))->changed);
  EXPECT_EQ(tally.counted(), 4U);
  EXPECT_EQ(tally.total_weight(), 4);
  EXPECT_EQ(Sum(), WordsOf({0, 1, 2, 4}));
  EXPECT_EQ(Claim(0).committed, SlotsOf({0, 2, 4}));
  EXPECT_EQ(Claim(1).committed, SlotsOf({1}));
}

TEST_F(RoundTallyTest, ARepeatedSegmentChangesNothing) {
  Claim();
  const Segment segment = MakeSegment(1, 1, {0});
  EXPECT_TRUE(tally.Take(segment)->changed);
  const std::string before = tally.Pack();
  EXPECT_EQ(tally.Take(segment)->verdict, SegmentVerdict::kCommitted);
  EXPECT_FALSE(tally.Take(segment)->changed);
  EXPECT_EQ(tally.Pack(), before);
}

TEST_F(RoundTallyTest, ARefusedSegmentChangesNothing) {
  Claim();
  ASSERT_TRUE(tally.Take(MakeSegment(1, 1, {0})));
  const std::string before = tally.Pack();
  EXPECT_EQ(tally.Take(MakeSegment(1, 2, {0, 1})).error().code, Code::kAlreadyExists);
  Segment wrong = MakeSegment(1, 2, {1});
  wrong.slots = SlotsOf({1, 2});
  EXPECT_EQ(tally.Take(wrong).error().code, Code::kInvalidArgument);
  Segment light = MakeSegment(1, 2, {1});
  light.partial = MakeBlob("x");
  EXPECT_FALSE(tally.Take(light));
  EXPECT_EQ(tally.Take(MakeSegment(1, 2, {terms.max_slots - 1}))->verdict, SegmentVerdict::kCommitted);
  Segment high = MakeSegment(1, 3, {});
  high.late = SlotsOf({terms.max_slots});
  EXPECT_EQ(tally.Take(high).error().code, Code::kInvalidArgument);
  high.late = {};
  high.rejected[terms.max_slots] = "size";
  EXPECT_EQ(tally.Take(high).error().code, Code::kInvalidArgument);
  for (const char* reason : {"", "Not Plain", "longer_than_thirty_two_characters"}) {
    high.rejected = {{1, reason}};
    EXPECT_EQ(tally.Take(high).error().code, Code::kInvalidArgument) << reason;
  }
  EXPECT_NE(tally.Pack(), before);
  EXPECT_EQ(Sum(), [&] {
    Words words = WordsOf({0});
    words[kWords - 1] += WordsOf({terms.max_slots - 1})[kWords - 1];
    return words;
  }());
}

TEST_F(RoundTallyTest, APartialWithoutSlotsIsRefused) {
  Claim();
  Segment stray = MakeSegment(1, 1, {});
  stray.partial = PartialOf(terms, TestManifest(), {});
  EXPECT_EQ(tally.Take(stray).error().code, Code::kInvalidArgument);
}

TEST_F(RoundTallyTest, NotesComeWithOrWithoutASum) {
  Claim();
  Segment notes = MakeSegment(1, 1, {});
  notes.rejected = {{3, "size"}};
  notes.late = SlotsOf({4});
  EXPECT_EQ(tally.Take(notes)->verdict, SegmentVerdict::kCommitted);
  Segment both = MakeSegment(1, 2, {0});
  both.rejected = {{3, "weight"}, {5, "weight"}};
  EXPECT_TRUE(tally.Take(both)->changed);
  EXPECT_EQ(tally.record().rejected, (std::map<std::uint32_t, std::string>{{3, "size"}, {5, "weight"}}));
  EXPECT_EQ(tally.record().late, SlotsOf({4}));
}

TEST_F(RoundTallyTest, AfterTheEndSegmentsAreOnlyNotes) {
  Claim();
  ASSERT_TRUE(tally.Take(MakeSegment(1, 1, {0})));
  tally.Close(RoundOutcome::kPartial, "deadline", FromMicros(5));
  EXPECT_FALSE(tally.open());
  const auto late = tally.Take(MakeSegment(1, 2, {1}));
  EXPECT_EQ(late->verdict, SegmentVerdict::kClosed);
  EXPECT_TRUE(late->changed);
  EXPECT_FALSE(tally.Take(MakeSegment(1, 2, {1}))->changed) << "known already";
  EXPECT_EQ(tally.Take(MakeSegment(0, 1, {2}))->verdict, SegmentVerdict::kClosed) << "of a leaf without a claim";
  EXPECT_EQ(tally.Take(MakeSegment(1, 1, {2}, 8))->verdict, SegmentVerdict::kClosed) << "of a group without a claim";
  EXPECT_EQ(tally.Take(MakeSegment(1, 1, {0}))->verdict, SegmentVerdict::kCommitted);
  EXPECT_EQ(tally.Take(MakeSegment(0, 9, {0}))->verdict, SegmentVerdict::kCommitted) << "its slot is counted";
  EXPECT_EQ(LedgerOf(tally.record()).late, 2U);
  EXPECT_EQ(Sum(), WordsOf({0}));
}

TEST_F(RoundTallyTest, ComesBackFromTheStoreAndGoesOn) {
  Claim();
  ASSERT_TRUE(tally.Take(MakeSegment(1, 1, {0})));
  Result<RoundTally> loaded = RoundTally::Load(tally.Pack(), TestReducers(), {});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->record(), tally.record());
  EXPECT_EQ(loaded->Take(MakeSegment(1, 2, {1}))->verdict, SegmentVerdict::kCommitted);
  EXPECT_EQ(ReadWords(MakeBlob(*loaded->Report({}))), WordsOf({0, 1}));
}

TEST_F(RoundTallyTest, ARecordWithAnotherSumIsDataLoss) {
  Claim();
  ASSERT_TRUE(tally.Take(MakeSegment(1, 1, {0})));
  const auto load = [&](const RoundRecord& record, const std::string& partial) {
    return RoundTally::Load(Pack(record, partial), TestReducers(), {}).error().code;
  };
  EXPECT_EQ(load(tally.record(), *PartialOf(terms, TestManifest(), {0, 1})), Code::kDataLoss);
  EXPECT_EQ(load(tally.record(), "noise"), Code::kDataLoss);
  RoundRecord unknown = tally.record();
  unknown.terms.reducer.name = "no such reducer";
  EXPECT_EQ(load(unknown, *PartialOf(terms, TestManifest(), {0})), Code::kDataLoss);
}

TEST_F(RoundTallyTest, ReportsWithoutTensorsWhenThereIsNothing) {
  RoundTerms mean = terms;
  mean.reducer.name = "weighted_mean";
  const auto empty = RoundTally::Begin(mean, {{"w", Dtype::kF32, {2}}}, TestReducers());
  ASSERT_TRUE(empty);
  const Result<std::string> file = empty->Report({{"outcome", "aborted"}});
  const auto view = ParseSafetensors(*file);
  EXPECT_TRUE(view->tensors.empty());
  EXPECT_EQ(view->metadata.at("outcome"), "aborted");
}

}  // namespace
}  // namespace propius
